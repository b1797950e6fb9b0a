//! The two encodings that the framework's formatters support, utf-8 and utf-16, and the way between bytes and text.

use std::borrow::Cow;

/// A supported encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Charset {
    /// `utf-8`, the default; written without a byte-order mark.
    #[default]
    Utf8,
    /// `utf-16`: little endian, written with the mark FF FE.
    Utf16,
}

/// Bytes that are not text in the charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Unable to translate bytes at index {at} from specified code page to Unicode.")]
pub struct DecodeError {
    /// Index of the first bad byte.
    pub at: usize,
}

impl Charset {
    /// The encoding of a charset name, compared without case; `None` for one the formatters do not support.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Charset> {
        let name = name.trim_matches('"');
        if name.eq_ignore_ascii_case("utf-8") {
            Some(Charset::Utf8)
        } else if name.eq_ignore_ascii_case("utf-16") {
            Some(Charset::Utf16)
        } else {
            None
        }
    }

    /// The name as Content-Type prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "utf-8",
            Charset::Utf16 => "utf-16",
        }
    }

    /// Text to bytes, with the byte-order mark that .NET writes for utf-16.
    #[must_use]
    pub fn encode(self, text: String) -> Vec<u8> {
        match self {
            Charset::Utf8 => text.into_bytes(),
            Charset::Utf16 => {
                let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
                units.flat_map(u16::to_le_bytes).collect()
            }
        }
    }

    /// Bytes to text as .NET's `StreamReader` does it: a byte-order mark wins over the declared charset and is dropped.
    ///
    /// # Errors
    /// On the first bytes that are not text in the charset.
    pub fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
        if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
            return utf8(rest, 3);
        }
        if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
            return utf16(rest, 2, u16::from_le_bytes);
        }
        if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
            return utf16(rest, 2, u16::from_be_bytes);
        }
        match self {
            Charset::Utf8 => utf8(bytes, 0),
            Charset::Utf16 => utf16(bytes, 0, u16::from_le_bytes),
        }
    }
}

fn utf8(bytes: &[u8], skipped: usize) -> Result<Cow<'_, str>, DecodeError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => Err(DecodeError { at: skipped + error.valid_up_to() }),
    }
}

fn utf16(bytes: &[u8], skipped: usize, unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, DecodeError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    let mut at = skipped;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let letter = decoded.map_err(|_| DecodeError { at })?;
        at += letter.len_utf16() * 2;
        text.push(letter);
    }
    if rest.is_empty() { Ok(Cow::Owned(text)) } else { Err(DecodeError { at }) }
}
