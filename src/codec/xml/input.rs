//! The bytes of a document before its first token: byte-order mark, declared charset and the encoding named in the
//! XML declaration have to agree (oracle: xm-utf16-bom-decl, xm-decl-latin1, xm-decl-utf16-but-utf8, xm-ws-only).

use super::fault::Fault;
use crate::codec::{Body, Charset};
use std::borrow::Cow;

/// How far the framework looks for the encoding in a declaration.
const LOOKAHEAD: usize = 128;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16Le => "utf-16LE",
            Encoding::Utf16Be => "utf-16BE",
        }
    }
}

/// The document as UTF-8 without its mark. UTF-8 comes back unchecked: the framework decodes a text only when a caller
/// needs it.
///
/// # Errors
/// When the encodings do not agree, the declaration is malformed, or there are fewer than four bytes.
pub fn open<'a>(body: Body<'a>) -> Result<Cow<'a, [u8]>, Fault> {
    let (actual, text) = match body.bytes {
        [_, _, _, _, ..] => sniff(body.bytes),
        _ => return Err(Fault::opening("Unexpected end of file.")),
    };
    let expected = match body.charset {
        Charset::Utf8 => Encoding::Utf8,
        Charset::Utf16 => Encoding::Utf16Le,
    };
    if expected != actual {
        let (expected, actual) = (expected.name(), actual.name());
        let message = format!("The expected encoding '{expected}' does not match the actual encoding '{actual}'.");
        return Err(Fault::opening(message));
    }
    let text = match actual {
        Encoding::Utf8 => Cow::Borrowed(text),
        Encoding::Utf16Le | Encoding::Utf16Be => Cow::Owned(from_utf16(text)?),
    };
    if text.starts_with(b"<?") {
        check_declaration(text.get(..LOOKAHEAD.min(text.len())).unwrap_or_default(), actual)?;
    }
    Ok(text)
}

fn sniff(bytes: &[u8]) -> (Encoding, &[u8]) {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => (Encoding::Utf16Le, rest),
        [0xFE, 0xFF, rest @ ..] => (Encoding::Utf16Be, rest),
        [0x00, b'<', ..] => (Encoding::Utf16Be, bytes),
        [b'<', 0x00, ..] => (Encoding::Utf16Le, bytes),
        // Quirk: the third byte of the UTF-8 mark is not checked (framework source: ReadBOMEncoding).
        [0xEF, 0xBB, _, rest @ ..] => (Encoding::Utf8, rest),
        _ => (Encoding::Utf8, bytes),
    }
}

fn from_utf16(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    for letter in char::decode_utf16(pairs.iter().map(|pair| u16::from_le_bytes(*pair))) {
        text.push(letter.map_err(|_| Fault::opening("Invalid byte encoding."))?);
    }
    if rest.is_empty() { Ok(text.into_bytes()) } else { Err(Fault::opening("Invalid byte encoding.")) }
}

/// Compares the encoding after the second `=` of the declaration.
fn check_declaration(head: &[u8], actual: Encoding) -> Result<(), Fault> {
    let malformed = || Fault::opening("Malformed XML declaration.");
    let Some(second) = second_equals(head) else { return Ok(()) };
    // `<?xml version="1.0" encoding` is the shortest text before it.
    if second < 28 {
        return Err(malformed());
    }
    let (before, after) = head.split_at_checked(second).unwrap_or_default();
    if !before.trim_ascii_end().ends_with(b"encoding") {
        return Ok(());
    }
    let after = after.get(1..).unwrap_or_default().trim_ascii_start();
    let (quote, quoted) = after.split_first().ok_or_else(malformed)?;
    if !matches!(quote, b'"' | b'\'') {
        return Err(malformed());
    }
    let name = quoted.split(|byte| byte == quote).next().unwrap_or_default();
    if name.len() == quoted.len() {
        return Err(malformed());
    }
    let agrees = match actual {
        Encoding::Utf8 => name.eq_ignore_ascii_case(b"utf-8"),
        Encoding::Utf16Le => name.eq_ignore_ascii_case(b"utf-16") || name.eq_ignore_ascii_case(b"utf-16le"),
        Encoding::Utf16Be => name.eq_ignore_ascii_case(b"utf-16") || name.eq_ignore_ascii_case(b"utf-16be"),
    };
    if agrees {
        return Ok(());
    }
    let (name, actual) = (String::from_utf8_lossy(name), actual.name());
    let message =
        format!("The encoding in the declaration '{name}' does not match the encoding of the document '{actual}'.");
    Err(Fault::opening(message))
}

/// The position of the second `=` outside quotes; the search ends at the first `?`.
fn second_equals(head: &[u8]) -> Option<usize> {
    let (mut quote, mut seen) = (None, 0);
    for (at, byte) in head.iter().enumerate().skip(2) {
        match (quote, byte) {
            (Some(open), close) if open == *close => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'=') if seen == 1 => return Some(at),
            (None, b'=') => seen += 1,
            (None, b'?') => return None,
            _ => {}
        }
    }
    None
}
