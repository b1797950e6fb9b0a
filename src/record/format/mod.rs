//! The values of a body, whatever its format: each is shown with the names on the way to it, and may be replaced. Bodies
//! are scanned rather than parsed: one may be malformed, or as lenient as the services' readers accept.

mod bson;
mod form;
mod json;
mod multipart;
mod xml;

pub(super) use form::rewritten as in_form;

use super::spelling::{Spelled, Spelling};

/// Gives another value for one, by the names on the way to it; `None` leaves it.
pub(super) type Visit<'v> = &'v mut dyn FnMut(&[String], &str) -> Option<String>;

/// Bodies within bodies are looked into this deep.
const DEEPEST: usize = 3;

/// A body with other values.
pub(super) fn rewritten(content_type: &str, body: &[u8], visit: Visit<'_>) -> Vec<u8> {
    let kind = content_type.to_ascii_lowercase();
    if kind.contains("bson") {
        return bson::rewritten(body, visit);
    }
    if let Ok(text) = std::str::from_utf8(body)
        && !text.contains('\0')
    {
        return in_text(&kind, text, &[], 0, visit).into_bytes();
    }
    if let Some((text, is_big_endian)) = wide(body) {
        let units = in_text(&kind, &text, &[], 0, visit);
        let bytes = |unit: u16| if is_big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
        return units.encode_utf16().flat_map(bytes).collect();
    }
    // Bytes of no encoding that is known here: each is a letter, and words of ASCII are still found.
    let text: String = body.iter().map(|byte| char::from(*byte)).collect();
    let other = in_text(&kind, &text, &[], 0, visit);
    other.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}

/// UTF-16 with a mark, or whose first letter shows that it is; whether it is big-endian.
fn wide(body: &[u8]) -> Option<(String, bool)> {
    let is_big_endian = match body {
        [0xFE, 0xFF, ..] | [0, 1..=127, ..] => true,
        [0xFF, 0xFE, ..] | [1..=127, 0, ..] => false,
        _ => return None,
    };
    let units: Vec<u16> = body
        .chunks_exact(2)
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
        .map(|pair| if is_big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
        .collect();
    let text = String::from_utf16(&units).ok()?;
    body.len().is_multiple_of(2).then_some((text, is_big_endian))
}

/// A text in the format that its media type or its first letter shows. `names` lead to it where it is itself a value.
pub(super) fn in_text(kind: &str, text: &str, names: &[String], depth: usize, visit: Visit<'_>) -> String {
    let front = text.trim_start_matches('\u{feff}').trim_start();
    let first = front.chars().next();
    if kind.contains("multipart")
        || (front.starts_with("--") && front.to_ascii_lowercase().contains("content-disposition"))
    {
        return multipart::rewritten(text, names, depth, visit);
    }
    match first {
        Some('<') => xml::rewritten(text, names, depth, visit),
        Some('{' | '[') => json::rewritten(text, names, depth, visit),
        _ if kind.contains("xml") => xml::rewritten(text, names, depth, visit),
        _ if kind.contains("form-urlencoded") => form::rewritten(text, names, visit),
        _ if kind.contains("json") || kind.contains("javascript") => json::rewritten(text, names, depth, visit),
        _ if is_form(front) => form::rewritten(text, names, visit),
        _ => visit(names, text).unwrap_or_else(|| text.to_owned()),
    }
}

/// Whether a text without a media type is one of fields.
fn is_form(text: &str) -> bool {
    !text.contains(char::is_whitespace) && text.split('&').all(|field| field.contains('='))
}

/// A value as a format spells it, replaced or looked into.
fn value(spelling: Spelling, source: &str, names: &[String], depth: usize, visit: Visit<'_>) -> String {
    let spelled = Spelled::read(spelling, source);
    let text = spelled.text();
    if let Some(other) = visit(names, &text) {
        return spelled.with(&other);
    }
    // A body within a body.
    let looks_like_one = text.len() > 8 && text.trim_start().starts_with(['{', '[', '<']);
    if looks_like_one && depth < DEEPEST {
        return spelled.with(&in_text("", &text, names, depth + 1, visit));
    }
    source.to_owned()
}
