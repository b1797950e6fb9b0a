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

    /// Bytes to text as .NET's `StreamReader` does it: a byte-order mark of UTF-8, UTF-16 or UTF-32 wins over the
    /// declared charset and is dropped. Quirk: the decoder that a mark chooses replaces what is not text, while the
    /// declared one throws (oracle: J-bom-utf32, J-bom-utf16-lenient, J-bom-utf8-lenient). Quirk: a sequence that the
    /// end cuts off stays in the decoder, which nothing flushes, so it is dropped without an error (oracle:
    /// J-partial-tail).
    ///
    /// # Errors
    /// At the first bytes that are not text in the declared charset.
    pub fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
        match (self, bytes) {
            // The mark that is utf-16's own preamble chooses no other decoder.
            (Charset::Utf16, [0xFF, 0xFE, rest @ ..]) => utf16(rest, 2).map(Cow::Owned),
            (_, [0xEF, 0xBB, 0xBF, rest @ ..]) => Ok(lenient_utf8(rest, Tail::Dropped)),
            (_, [0xFF, 0xFE, 0, 0, rest @ ..]) => Ok(Cow::Owned(lenient_utf32(rest, u32::from_le_bytes))),
            (_, [0xFF, 0xFE, rest @ ..]) => Ok(Cow::Owned(lenient_utf16(rest, u16::from_le_bytes))),
            (_, [0xFE, 0xFF, rest @ ..]) => Ok(Cow::Owned(lenient_utf16(rest, u16::from_be_bytes))),
            (_, [0, 0, 0xFE, 0xFF, rest @ ..]) => Ok(Cow::Owned(lenient_utf32(rest, u32::from_be_bytes))),
            (Charset::Utf8, _) => utf8(bytes),
            (Charset::Utf16, _) => utf16(bytes, 0).map(Cow::Owned),
        }
    }
}

/// `Encoding.UTF8.GetString`: bytes that are not UTF-8 become U+FFFD, one for each sequence that .NET sees in them.
#[must_use]
pub fn utf8_lossy(bytes: &[u8]) -> Cow<'_, str> {
    lenient_utf8(bytes, Tail::Replaced)
}

/// The number of bytes that .NET's decoder takes for one bad sequence at the front. Quirk: a surrogate, an overlong
/// form and a number beyond Unicode show in the second byte, which then belongs to the sequence (oracle:
/// F-utf8-surrogate, js-overlong, js-surr-utf8).
#[must_use]
pub fn bad_sequence(bytes: &[u8]) -> usize {
    match bytes {
        [lead, next, ..] if out_of_range(*lead, *next) => 2,
        _ => std::str::from_utf8(bytes).err().map_or(1, |error| error.error_len().unwrap_or(bytes.len())),
    }
}

/// Whether two bytes begin a sequence that is well formed but stands for no character, or for a shorter sequence.
fn out_of_range(lead: u8, next: u8) -> bool {
    matches!((lead, next), (0xE0, 0x80..=0x9F) | (0xED, 0xA0..=0xBF) | (0xF0, 0x80..=0x8F) | (0xF4, 0x90..=0xBF))
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    let cut_off = error.error_len().is_none();
    let whole = bytes.get(..error.valid_up_to()).filter(|_| cut_off).and_then(|whole| std::str::from_utf8(whole).ok());
    whole.map(Cow::Borrowed).ok_or(DecodeError { at: error.valid_up_to() })
}

/// The fate of a sequence that the end cuts off.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    Dropped,
    Replaced,
}

fn lenient_utf8(bytes: &[u8], tail: Tail) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    // The lead byte of a sequence whose second byte may still belong to it.
    let mut lead = None;
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        let bad = chunk.invalid();
        let before = lead.take().filter(|_| chunk.valid().is_empty());
        let belongs = before.zip(bad.first()).is_some_and(|(lead, next)| out_of_range(lead, *next));
        let cut_off = chunks.peek().is_none() && std::str::from_utf8(bad).is_err_and(|e| e.error_len().is_none());
        if bad.is_empty() || belongs || cut_off && tail == Tail::Dropped {
            continue;
        }
        text.push(char::REPLACEMENT_CHARACTER);
        lead = bad.first().copied().filter(|_| bad.len() == 1);
    }
    Cow::Owned(text)
}

/// Units of utf-16; an odd byte at the end, and the first half of a pair, wait for a rest that never comes.
fn utf16_units(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> impl Iterator<Item = u16> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let whole = match pairs.split_last() {
        Some((last, before)) if (0xD800..0xDC00).contains(&unit(*last)) => before,
        _ => pairs,
    };
    whole.iter().map(move |pair| unit(*pair))
}

fn utf16(bytes: &[u8], skipped: usize) -> Result<String, DecodeError> {
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut at = skipped;
    for decoded in char::decode_utf16(utf16_units(bytes, u16::from_le_bytes)) {
        let letter = decoded.map_err(|_| DecodeError { at })?;
        at += letter.len_utf16() * 2;
        text.push(letter);
    }
    Ok(text)
}

fn lenient_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let letters = char::decode_utf16(utf16_units(bytes, unit));
    letters.map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn lenient_utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> String {
    let (units, _) = bytes.as_chunks::<4>();
    units.iter().map(|bytes| char::from_u32(unit(*bytes)).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(charset: Charset, bytes: &[u8]) -> Result<String, usize> {
        charset.decode(bytes).map(Cow::into_owned).map_err(|error| error.at)
    }

    #[test]
    fn a_mark_chooses_a_decoder_that_replaces_what_is_not_text() {
        for charset in [Charset::Utf8, Charset::Utf16] {
            for (bytes, text) in [
                (&b"\xEF\xBB\xBFa\xFFb"[..], "a\u{FFFD}b"),
                (b"\xFE\xFF\0a\xD8\0\0b", "a\u{FFFD}b"),
                (b"\xFE\xFF\xDC\0\xD8\x3D\xDE\0", "\u{FFFD}\u{1F600}"),
                (b"\0\0\xFE\xFF\0\x01\xF6\0\0\0\xD8\0\x11\0\0\0", "\u{1F600}\u{FFFD}\u{FFFD}"),
            ] {
                assert_eq!(decoded(charset, bytes).as_deref(), Ok(text), "{bytes:x?}");
            }
        }
        assert_eq!(decoded(Charset::Utf8, b"\xFF\xFEa\0\0\xDCb\0").as_deref(), Ok("a\u{FFFD}b"));
        assert_eq!(decoded(Charset::Utf8, b"\xFF\xFE\0\0a\0\0\0").as_deref(), Ok("a"));
    }

    #[test]
    fn the_declared_charset_is_strict_and_its_own_mark_changes_nothing() {
        assert_eq!(decoded(Charset::Utf8, b"ab\xFFc"), Err(2));
        assert_eq!(decoded(Charset::Utf16, b"\xFF\xFEa\0\0\xDCb\0"), Err(4));
        assert_eq!(decoded(Charset::Utf16, b"\xFF\xFE\0\0a\0").as_deref(), Ok("\0a"));
    }

    #[test]
    fn what_the_end_cuts_off_is_dropped() {
        for tail in [&b"\xC2"[..], b"\xE2\x82", b"\xF0\x9F\x98", b"\xE0", b"\xED", b"\xF4"] {
            assert_eq!(decoded(Charset::Utf8, &[b"a", tail].concat()).as_deref(), Ok("a"), "{tail:x?}");
            assert_eq!(decoded(Charset::Utf8, &[b"\xEF\xBB\xBFa", tail].concat()).as_deref(), Ok("a"), "{tail:x?}");
        }
        for tail in [&b"\x80"[..], b"\xC0", b"\xE0\x80", b"\xED\xA0", b"\xF4\x90", b"\xF5"] {
            assert_eq!(decoded(Charset::Utf8, &[b"a", tail].concat()), Err(1), "{tail:x?}");
            let marked = decoded(Charset::Utf8, &[b"\xEF\xBB\xBFa", tail].concat());
            assert_eq!(marked.as_deref(), Ok("a\u{FFFD}"), "{tail:x?}");
        }
        for tail in [&b"\x3D"[..], b"\x3D\xD8", b"\x3D\xD8\0"] {
            assert_eq!(decoded(Charset::Utf16, &[b"a\0", tail].concat()).as_deref(), Ok("a"), "{tail:x?}");
            assert_eq!(decoded(Charset::Utf8, &[b"\xFF\xFEa\0", tail].concat()).as_deref(), Ok("a"), "{tail:x?}");
        }
        assert_eq!(decoded(Charset::Utf8, b"\xFF\xFE\0\0a\0\0\0b\0\0").as_deref(), Ok("a"));
    }

    #[test]
    fn each_bad_sequence_is_replaced_once() {
        for (bytes, replaced) in [
            (&b"\xED\xA0"[..], 1),
            (b"\xED\xA0\xBD\xED\xB8\x80", 4),
            (b"\xE0\x80\x80", 2),
            (b"\xE0\xA0", 1),
            (b"\xF0\x8F\xBF\xBF", 3),
            (b"\xF4\x90\x80\x80", 3),
            (b"\xF0\x90\x80", 1),
            (b"\xC0\x80", 2),
            (b"\xF5\x80\x80\x80", 4),
            (b"\xED\xED\xA0", 2),
            (b"\xE2\x82\xE2\x82", 2),
        ] {
            let text = utf8_lossy(bytes);
            assert_eq!(text, "\u{FFFD}".repeat(replaced), "{bytes:x?}");
        }
        assert_eq!(utf8_lossy(b"\xEDa\xA0"), "\u{FFFD}a\u{FFFD}");
    }
}
