//! Text put together from pieces, and the numbers behind references. .NET's strings are UTF-16: a reference may name
//! half a surrogate pair, and two halves in a row make one character (oracle: xm-charref-surr).

use super::fault::Fault;

/// The content of a text node: a run of bytes of the document, or one UTF-16 unit or code point of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// From one index to another.
    Run(usize, usize),
    /// A code point, perhaps half a surrogate pair.
    Code(u32),
}

/// A text under construction.
#[derive(Debug, Default)]
pub struct TextBuilder {
    text: String,
    high: Option<u16>,
    ill_formed: bool,
}

impl From<&str> for TextBuilder {
    fn from(text: &str) -> Self {
        TextBuilder { text: text.to_owned(), ..TextBuilder::default() }
    }
}

impl TextBuilder {
    /// Adds a piece of a document.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    pub fn push(&mut self, document: &[u8], piece: Piece) -> Result<(), Fault> {
        match piece {
            Piece::Run(from, to) => {
                let bytes = document.get(from..to).unwrap_or_default();
                if !bytes.is_empty() {
                    self.settle();
                    self.text.push_str(utf8(bytes)?);
                }
            }
            Piece::Code(code) => self.push_code(code),
        }
        Ok(())
    }

    fn push_code(&mut self, code: u32) {
        match (self.high.take(), u16::try_from(code)) {
            (Some(high), Ok(low @ 0xDC00..=0xDFFF)) => {
                let pair = char::decode_utf16([high, low]).next();
                self.text.push(pair.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (pending, Ok(high @ 0xD800..=0xDBFF)) => {
                self.high = pending;
                self.settle();
                self.high = Some(high);
            }
            (pending, _) => {
                self.high = pending;
                self.settle();
                let letter = char::from_u32(code);
                self.ill_formed |= letter.is_none();
                self.text.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
    }

    /// A high surrogate that found no low one.
    fn settle(&mut self) {
        if self.high.take().is_some() {
            self.ill_formed = true;
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
    }

    /// The text; when it contains a lone surrogate, `Err` with U+FFFD in its place.
    pub fn finish(mut self) -> Result<String, String> {
        self.settle();
        if self.ill_formed { Err(self.text) } else { Ok(self.text) }
    }
}

/// Bytes as text. Quirk: the error quotes them from the first one above ASCII (oracle: xm-badutf8.d).
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| {
        let ascii = bytes.iter().take_while(|byte| byte.is_ascii()).count();
        bad_utf8(bytes.get(ascii..).unwrap_or_default())
    })
}

/// Quirk: no digits at all mean 0, and 0 itself is accepted (oracle: xm-charref-nul).
pub(super) fn code_of(name: &[u8]) -> Option<u32> {
    let (digits, radix) = match name {
        b"lt" => return Some(u32::from(b'<')),
        b"gt" => return Some(u32::from(b'>')),
        b"amp" => return Some(u32::from(b'&')),
        b"apos" => return Some(u32::from(b'\'')),
        b"quot" => return Some(u32::from(b'"')),
        [b'#', b'x', digits @ ..] => (digits, 16),
        [b'#', digits @ ..] => (digits, 10),
        _ => return None,
    };
    digits.iter().try_fold(0_u32, |sum, digit| {
        let value = sum * radix + char::from(*digit).to_digit(radix)?;
        (value <= 0x10_FFFF).then_some(value)
    })
}

/// The framework's error about bytes that are not UTF-8.
#[must_use]
pub fn bad_utf8(bytes: &[u8]) -> Fault {
    Fault::reader(format!("'{}' contains invalid UTF8 bytes.", String::from_utf8_lossy(bytes)))
}
