//! Hides secrets in bodies, keeping their shape. Bodies are scanned rather than parsed: one may be cut, malformed, or
//! as lenient as the readers accept. The caller decides whose values are secrets.

use super::{ALL, Charset};
use std::borrow::Cow;

/// The replacement of a secret.
pub const MASK: &str = "***";

/// Whether the value of a member with this name is a secret.
pub type IsSecret<'a> = &'a dyn Fn(&str, Shape) -> bool;

/// What a member's value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Text where a structure is expected may be the secret that belongs into it.
    Text,
    /// Anything else, or not known.
    Any,
}

/// How a format recognises its bodies and hides secrets in them.
#[derive(Debug, Clone, Copy)]
pub enum Mask {
    /// A format of bytes.
    Bytes {
        /// A part of its content types, in lower case.
        named: &'static str,
        /// Hides the secrets of a body.
        hide: fn(Vec<u8>, IsSecret<'_>) -> Vec<u8>,
    },
    /// A format of text.
    Text {
        /// Whether a body is one of its own, by the content type in lower case and the first character.
        recognises: fn(&str, Option<char>) -> bool,
        /// Hides the secrets of a body.
        hide: fn(&str, IsSecret<'_>) -> String,
    },
}

/// Hides the secrets of a body, in the format that its content type or else its first character shows.
#[must_use]
pub fn apply(content_type: &str, body: Vec<u8>, is_secret: IsSecret<'_>) -> Vec<u8> {
    let content_type = content_type.to_ascii_lowercase();
    // No reader takes it, so nothing here can search it.
    if content_type.contains("multipart") && !body.is_empty() {
        return MASK.as_bytes().to_vec();
    }
    for codec in ALL {
        match codec.mask {
            Mask::Bytes { named, hide } if content_type.contains(named) => return hide(body, is_secret),
            _ => {}
        }
    }
    let named = content_type.split("charset=").nth(1).map(|name| name.split(';').next().unwrap_or(name).trim());
    let declared = named.and_then(Charset::from_name).unwrap_or_default();
    let wide = match width(declared, &body) {
        Width::Narrow => false,
        Width::Two => true,
        // Four bytes a letter, or no text at all: hidden as a whole.
        Width::Unreadable => return MASK.as_bytes().to_vec(),
    };
    let charset = if wide { Charset::Utf16 } else { declared };
    match decoded(charset, &body) {
        Some(text) => {
            let masked = in_text(&content_type, &text, is_secret);
            let shown = if masked == text { body } else { charset.encode(masked) };
            // Declared wide and written narrow: a reader sees nonsense, but whoever looks at the bytes sees the secret.
            if wide && !is_clean_without_zeros(&content_type, &shown, is_secret) {
                return MASK.as_bytes().to_vec();
            }
            shown
        }
        // Malformed wide text cannot be searched, so all of it is hidden.
        None if wide => MASK.as_bytes().to_vec(),
        None => {
            let lossy = String::from_utf8_lossy(&body);
            let masked = in_text(&content_type, &lossy, is_secret);
            if masked == lossy { body } else { masked.into_bytes() }
        }
    }
}

/// Whether a body holds no secret as narrow text either, its zero bytes left out.
fn is_clean_without_zeros(content_type: &str, body: &[u8], is_secret: IsSecret<'_>) -> bool {
    let narrow: Vec<u8> = body.iter().copied().filter(|byte| *byte != 0).collect();
    let narrow = String::from_utf8_lossy(&narrow);
    let narrow = narrow.trim_start_matches(char::REPLACEMENT_CHARACTER);
    in_text(content_type, narrow, is_secret) == narrow
}

/// How many bytes a letter of a body takes.
enum Width {
    Narrow,
    Two,
    Unreadable,
}

/// The width by the first bytes, as the readers of JSON and XML find it out, with or without a mark.
fn width(declared: Charset, body: &[u8]) -> Width {
    let marks: [&[u8]; 2] = [b"\xFF\xFE\0\0", b"\0\0\xFE\xFF"];
    if marks.iter().any(|mark| body.starts_with(mark)) {
        return Width::Unreadable;
    }
    // Four bytes a letter without a mark, whatever is declared.
    if matches!(*body, [1..=255, 0, 0, 0, ..] | [0, 0, 0, 1..=255, ..]) {
        return Width::Unreadable;
    }
    if declared == Charset::Utf16 || body.starts_with(b"\xFF\xFE") || body.starts_with(b"\xFE\xFF") {
        return Width::Two;
    }
    let begins = |letter: u8| letter.is_ascii_whitespace() || b"<{[\"'/".contains(&letter);
    match *body {
        [letter, 0, ref rest @ ..] if begins(letter) && rest.first() != Some(&0) => Width::Two,
        [0, letter, ref rest @ ..] if begins(letter) && rest.first().is_none_or(|byte| *byte == 0) => Width::Two,
        // A byte of zero among the first begins BSON under another name, or wide text of no format.
        _ if body.iter().take(4).any(|byte| *byte == 0) => Width::Unreadable,
        _ => Width::Narrow,
    }
}

/// The text of a body that may be cut inside a letter.
fn decoded(charset: Charset, body: &[u8]) -> Option<String> {
    let big_endian = body.starts_with(b"\0").then(|| [b"\xFE\xFF", body].concat());
    let body = big_endian.as_deref().unwrap_or(body);
    let ends = (0..=3).filter_map(|cut| body.get(..body.len().checked_sub(cut)?));
    ends.into_iter().find_map(|whole| charset.decode(whole).ok().map(Cow::into_owned))
}

/// Masks a text in its own format. What another format still finds in it is a body under a wrong content type, or a
/// body within a body: all of it is hidden.
fn in_text(content_type: &str, text: &str, is_secret: IsSecret<'_>) -> String {
    // Multipart under another name, which no reader takes either.
    if text.trim_start().starts_with("--") && text.to_ascii_lowercase().contains("content-disposition") {
        return MASK.to_owned();
    }
    let first = text.trim_start().chars().next();
    let formats = || {
        ALL.iter().filter_map(|codec| {
            if let Mask::Text { recognises, hide } = codec.mask { Some((recognises, hide)) } else { None }
        })
    };
    let own = formats().find(|(recognises, _)| recognises(content_type, first));
    let masked = own.map(|(_, hide)| hide(text, is_secret));
    match masked {
        Some(masked) if formats().all(|(_, hide)| hide(&masked, is_secret) == masked) => masked,
        // A body that nothing can search is hidden as a whole.
        _ => MASK.to_owned(),
    }
}
