//! The last level: bodies with one tree that are written differently.

use super::cause::Difference;
use super::counterparts::Counterparts;
use super::scalar::{is_masked, wording};

/// The difference between the bytes of two bodies, but for values that differ by rule.
#[must_use]
pub fn compare(
    (recorded, own): (&[u8], &[u8]),
    as_text: bool,
    names: &Counterparts,
    pairs: &[(String, String)],
) -> Option<Difference> {
    if recorded == own {
        return None;
    }
    let texts = super::node::text_of(recorded).zip(super::node::text_of(own));
    let Some((there, here)) = texts else { return Some(difference("are other bytes", (String::new(), String::new()))) };
    let has_mark = |bytes: &[u8]| bytes.starts_with(b"\xEF\xBB\xBF") || bytes.starts_with(b"\xFF\xFE");
    let (there, here) = (wording(&names.applied(&there)), wording(&here));
    match differing(&there, &here, pairs) {
        None if has_mark(recorded) != has_mark(own) && !as_text => {
            Some(difference("have a byte-order mark on one side only", (String::new(), String::new())))
        }
        None => None,
        Some(sides) => Some(difference(kind(&there, &here, pairs), sides)),
    }
}

fn difference(kind: &str, (recorded, own): (String, String)) -> Difference {
    Difference { level: "bytes", subject: "(body)".to_owned(), kind: kind.to_owned(), recorded, own }
}

fn kind(there: &str, here: &str, pairs: &[(String, String)]) -> &'static str {
    let without_blanks = |text: &str| text.split_whitespace().collect::<String>();
    let same = |change: &dyn Fn(&str) -> String| differing(&change(there), &change(here), pairs).is_none();
    if same(&without_blanks) {
        "have other white space"
    } else if same(&unescaped) {
        "have other escapes"
    } else {
        "are written otherwise"
    }
}

/// Without the escapes of JSON and of XML.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        let (front, tail) = rest.split_at(at);
        out.push_str(front);
        let letter = tail.get(2..6).and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        out.extend(letter);
        rest = tail.get(if letter.is_some() { 6 } else { 2 }..).unwrap_or_default();
    }
    out.push_str(rest);
    let out = out.replace("\\/", "/").replace("\\\"", "\"").replace("&quot;", "\"").replace("&apos;", "'");
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Where two texts differ, word by word, other than by a pair that may; what stands there.
fn differing(there: &str, here: &str, pairs: &[(String, String)]) -> Option<(String, String)> {
    let (mut a, mut b) = (words(there), words(here));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return None,
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) if pairs.iter().any(|(recorded, own)| recorded == a && own == b) => {}
            // What a recorder masked may be any number of words: up to what stands behind it.
            (Some(masked), Some(_)) if is_masked(masked) => {
                let behind = a.next();
                if b.by_ref().find(|word| Some(*word) == behind).is_none() && behind.is_some() {
                    return Some((masked.to_owned(), String::new()));
                }
            }
            (first, second) => {
                let from = |text: &str, word: Option<&str>| {
                    let at = word.map_or(text.len(), |word| word.as_ptr() as usize - text.as_ptr() as usize);
                    let begin =
                        text.get(..at).unwrap_or_default().chars().rev().take(12).map(char::len_utf8).sum::<usize>();
                    text.get(at - begin..).unwrap_or_default().to_owned()
                };
                return Some((from(there, first), from(here, second)));
            }
        }
    }
}

/// Runs of the letters that identifiers and tokens consist of, and each other letter alone.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let of_word = |letter: char| letter.is_ascii_alphanumeric() || "-_.*+=~".contains(letter);
        let length = match of_word(first) {
            true => rest.find(|letter| !of_word(letter)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (word, tail) = rest.split_at_checked(length)?;
        rest = tail;
        Some(word)
    })
}
