//! Json.NET's escapes: short forms, `\u00XX` for other control characters, and three line separators beyond ASCII.
//! Everything else, the slash and DEL included, is written as it is.

use std::fmt::Write;

/// Writes text with its escapes, without the quotes around. The other kind of quote stays bare.
pub(super) fn push_escaped(text: &str, quote: char, out: &mut String) {
    let mut rest = text;
    let looked_at = |byte: &u8| LOOKED_AT.get(usize::from(*byte)).copied().unwrap_or(true);
    while let Some(at) = rest.as_bytes().iter().position(looked_at) {
        let (clean, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(clean);
        let mut letters = tail.chars();
        if let Some(letter) = letters.next() {
            push_letter(letter, quote, out);
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
}

/// The bytes that may begin something to escape: C2 begins U+0085 and E2 the two separators. A table, because every
/// byte of every answer is looked up.
#[allow(clippy::indexing_slicing, reason = "worked out by the compiler")]
const LOOKED_AT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte as u8, 0..=0x1F | b'\\' | b'"' | b'\'' | 0xC2 | 0xE2);
        byte += 1;
    }
    table
};

fn push_letter(letter: char, quote: char, out: &mut String) {
    match letter {
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\u{c}' => out.push_str("\\f"),
        '\u{8}' => out.push_str("\\b"),
        '\\' => out.push_str("\\\\"),
        '\u{85}' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(letter));
        }
        letter if letter == quote => {
            out.push('\\');
            out.push(letter);
        }
        letter => out.push(letter),
    }
}
