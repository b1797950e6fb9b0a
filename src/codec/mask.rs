//! Hides secrets in bodies, keeping their shape. Bodies are scanned rather than parsed: one may be cut, malformed, or
//! as lenient as the readers accept. The caller decides whose values are secrets.

use super::{ALL, Charset};
use std::borrow::Cow;

/// The replacement of a secret.
pub const MASK: &str = "***";

/// Whether the value of a member with this name is a secret.
pub type IsSecret<'a> = &'a dyn Fn(&str) -> bool;

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
    for codec in ALL {
        match codec.mask {
            Mask::Bytes { named, hide } if content_type.contains(named) => return hide(body, is_secret),
            _ => {}
        }
    }
    let named = content_type.split("charset=").nth(1).map(|name| name.split(';').next().unwrap_or(name).trim());
    let declared = named.and_then(Charset::from_name).unwrap_or_default();
    // XML readers recognise wide text by its first bytes, with or without a mark.
    let marks: [&[u8]; 4] = [b"\xFF\xFE", b"\xFE\xFF", b"<\0", b"\0<"];
    let wide = declared == Charset::Utf16 || marks.iter().any(|mark| body.starts_with(mark));
    let charset = if wide { Charset::Utf16 } else { declared };
    match decoded(charset, &body) {
        Some(text) => {
            let masked = in_text(&content_type, &text, is_secret);
            if masked == text { body } else { charset.encode(masked) }
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

/// The text of a body that may be cut inside a letter.
fn decoded(charset: Charset, body: &[u8]) -> Option<String> {
    let big_endian = body.starts_with(b"\0<").then(|| [b"\xFE\xFF", body].concat());
    let body = big_endian.as_deref().unwrap_or(body);
    let ends = (0..=3).filter_map(|cut| body.get(..body.len().checked_sub(cut)?));
    ends.into_iter().find_map(|whole| charset.decode(whole).ok().map(Cow::into_owned))
}

fn in_text(content_type: &str, text: &str, is_secret: IsSecret<'_>) -> String {
    let first = text.trim_start().chars().next();
    for codec in ALL {
        match codec.mask {
            Mask::Text { recognises, hide } if recognises(content_type, first) => return hide(text, is_secret),
            _ => {}
        }
    }
    // A body that nothing can search is hidden as a whole.
    MASK.to_owned()
}
