//! Looks for secrets that survived in a text, in any spelling: escaped as JSON, XML, URLs and forms do it, in base64 with
//! either alphabet, in UTF-16, and in one of these within another.

use crate::codec::percent;
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::collections::HashMap;

/// Spellings within spellings are undone this often.
const DEEPEST: usize = 4;
/// Shorter runs of letters of base64 are words.
const SHORTEST_RUN: usize = 8;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Values to look for, all of them in one pass over a text.
#[derive(Debug, Default)]
pub struct Sought<'v> {
    /// Values by their first four bytes.
    by_front: HashMap<[u8; 4], Vec<&'v str>>,
    /// Those with fewer.
    short: Vec<&'v str>,
    /// Whether any begins with these two bytes, by their number: most of a text is passed over by that alone.
    fronts: Vec<bool>,
}

impl<'v> Sought<'v> {
    /// To look for these.
    pub fn new(values: impl Iterator<Item = &'v str>) -> Sought<'v> {
        let mut sought = Sought { fronts: vec![false; 1 << 16], ..Sought::default() };
        for value in values.filter(|value| !value.is_empty()) {
            match value.as_bytes() {
                [a, b, c, d, ..] => {
                    sought.by_front.entry([*a, *b, *c, *d]).or_default().push(value);
                    if let Some(known) = sought.fronts.get_mut(usize::from(*a) << 8 | usize::from(*b)) {
                        *known = true;
                    }
                }
                _ => sought.short.push(value),
            }
        }
        sought
    }

    /// The first of the values that a text contains, in whatever spelling.
    #[must_use]
    pub fn survivor(&self, text: &str) -> Option<&'v str> {
        if self.by_front.is_empty() && self.short.is_empty() { None } else { self.within(text.as_bytes(), 0) }
    }

    fn plain(&self, bytes: &[u8]) -> Option<&'v str> {
        let by_front = || {
            bytes.windows(4).enumerate().find_map(|(at, front)| {
                let [a, b, ..] = front else { return None };
                if !*self.fronts.get(usize::from(*a) << 8 | usize::from(*b))? {
                    return None;
                }
                let values = self.by_front.get(front)?;
                let rest = bytes.get(at..)?;
                values.iter().find(|value| rest.starts_with(value.as_bytes())).copied()
            })
        };
        let short = || self.short.iter().find(|value| memchr::memmem::find(bytes, value.as_bytes()).is_some()).copied();
        by_front().or_else(short)
    }

    fn within(&self, bytes: &[u8], depth: usize) -> Option<&'v str> {
        let narrow = || {
            // UTF-16, as far as its letters are ASCII; other letters of it are decoded.
            let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
            self.plain(&narrow).or_else(|| self.plain(wide(bytes).as_bytes()))
        };
        let found = self.plain(bytes).or_else(|| if bytes.contains(&0) { narrow() } else { None });
        if found.is_some() || depth >= DEEPEST {
            return found;
        }
        let text = String::from_utf8_lossy(bytes);
        let spaced =
            || if depth == 0 && text.contains('+') { self.plain(text.replace('+', " ").as_bytes()) } else { None };
        let other = unescaped(&text).and_then(|other| self.within(other.as_bytes(), depth + 1));
        other.or_else(spaced).or_else(|| runs(&text).find_map(|run| self.in_base64(run, depth)))
    }

    fn in_base64(&self, run: &str, depth: usize) -> Option<&'v str> {
        let engine = if run.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
        // Four places at which a group of letters may begin.
        (0..if depth == 0 { 4 } else { 1 }).find_map(|from| {
            let part = run.get(from..)?;
            let whole = part.get(..part.len() - usize::from(part.len() % 4 == 1))?;
            self.within(&engine.decode(whole).ok()?, (depth + 1).max(DEEPEST - 2))
        })
    }
}

fn wide(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
    String::from_utf16_lossy(&units.map(u16::from_le_bytes).collect::<Vec<_>>())
}

/// Runs of letters of base64.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let of_base64 = |letter: char| letter.is_ascii_alphanumeric() || "+/-_".contains(letter);
    text.split(move |letter| !of_base64(letter)).filter(|run| run.len() >= SHORTEST_RUN)
}

/// A text with one layer of escapes undone; `None` without any.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = rest.find(['\\', '&']) {
        let (front, tail) = rest.split_at(at);
        out.push_str(front);
        let (letter, length) = match tail.as_bytes() {
            [b'\\', b'u', ..] => match tail.get(2..6).and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
                Some(unit @ 0xD800..=0xDBFF) => {
                    let low = tail.get(8..12).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                    (
                        low.and_then(|low| {
                            char::from_u32(0x10000 + ((unit - 0xD800) << 10) + low.checked_sub(0xDC00)?)
                        }),
                        12,
                    )
                }
                Some(unit) => (char::from_u32(unit), 6),
                None => (None, 1),
            },
            [b'\\', letter, ..] if letter.is_ascii() => (Some(char::from(*letter)), 2),
            [b'&', ..] => reference(tail),
            _ => (None, 1),
        };
        match letter {
            Some(letter) => {
                changed = true;
                out.push(letter);
                rest = tail.get(length..).unwrap_or_default();
            }
            None => {
                out.extend(tail.chars().next());
                rest = tail.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    let decoded = percent::decoded(&out, |_| true).into_owned();
    (changed || decoded != out).then_some(decoded)
}

fn reference(text: &str) -> (Option<char>, usize) {
    let Some(end) = text.bytes().take(12).position(|byte| byte == b';') else { return (None, 1) };
    let letter = match text.get(1..end).unwrap_or_default() {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        name => name.strip_prefix('#').and_then(|number| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }),
    };
    (letter, end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_every_spelling() {
        let value = "S3cret+/é\"7";
        let json = serde_json::to_string(value).unwrap();
        let escaped: String = value.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        let percent: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let references: String = value.chars().map(|letter| format!("&#{};", u32::from(letter))).collect();
        let basic = STANDARD.encode(format!("user:{value}"));
        let url_safe = URL_SAFE.encode(format!("???{value}"));
        let wide: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let wide = STANDARD.encode(wide);
        let twice = serde_json::to_string(&json).unwrap();
        for text in [value, &json, &escaped, &percent, &references, &basic, &url_safe, &wide, &twice] {
            let sought = Sought::new(["other", value].into_iter());
            assert_eq!(sought.survivor(&format!("{{\"a\": \"{text}\"}}")), Some(value), "{text}");
            assert_eq!(Sought::new(["other"].into_iter()).survivor(text), None);
        }
    }
}
