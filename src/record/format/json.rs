//! JSON as lenient as Json.NET reads it: either quote, names without quotes, comments, constructors.

use super::{Spelling, Visit, value};
use crate::record::spelling::Spelled;

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Open(bool),
    Close,
    Comma,
    Colon,
    /// With its quotes; the second is missing where the text is cut.
    Quoted,
    Word,
    /// Blanks and comments.
    Between,
}

/// An open bracket.
struct Frame {
    is_object: bool,
    /// How many names led to it.
    depth: usize,
    /// What a JSON Patch's operation addresses: the last segment of its path.
    target: Option<String>,
}

/// A text with other values.
pub(super) fn rewritten(text: &str, names: &[String], depth: usize, visit: Visit<'_>) -> String {
    let pieces = pieces(text);
    let meaningful: Vec<(Piece, &str)> = pieces.iter().copied().filter(|(piece, _)| *piece != Piece::Between).collect();
    let mut names = names.to_vec();
    let mut frames: Vec<Frame> = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut next = 0;
    for (piece, source) in pieces {
        if piece == Piece::Between {
            out.push_str(source);
            continue;
        }
        next += 1;
        let follows = meaningful.get(next).map(|(piece, _)| *piece);
        let frame = frames.last();
        let base = frame.map_or(names.len(), |frame| frame.depth);
        match piece {
            Piece::Open(is_object) => {
                let target = if is_object { target(meaningful.get(next..).unwrap_or_default()) } else { None };
                frames.push(Frame { is_object, depth: names.len(), target });
                out.push_str(source);
            }
            Piece::Close => {
                if let Some(frame) = frames.pop() {
                    names.truncate(frame.depth);
                }
                let outer = frames.last();
                if let Some(outer) = outer.filter(|outer| outer.is_object) {
                    names.truncate(outer.depth);
                }
                out.push_str(source);
            }
            Piece::Comma => {
                if frame.is_some_and(|frame| frame.is_object) {
                    names.truncate(base);
                }
                out.push_str(source);
            }
            Piece::Quoted | Piece::Word
                if follows == Some(Piece::Colon) && frame.is_some_and(|frame| frame.is_object) =>
            {
                names.truncate(base);
                let name = Spelled::read(Spelling::Json, source.trim_matches(['"', '\''])).text();
                let target =
                    frame.and_then(|frame| frame.target.clone()).filter(|_| name.eq_ignore_ascii_case("value"));
                names.push(target.unwrap_or(name));
                out.push_str(source);
            }
            Piece::Quoted => {
                let quote = source.get(..1).unwrap_or_default();
                let inner = source.get(1..).unwrap_or_default();
                let (inner, end) = match inner.strip_suffix(quote) {
                    Some(inner) => (inner, quote),
                    None => (inner, ""),
                };
                out.push_str(quote);
                out.push_str(&value(Spelling::Json, inner, &names, depth, visit));
                out.push_str(end);
            }
            Piece::Word => match source {
                "null" | "true" | "false" | "new" => out.push_str(source),
                source => match visit(&names, source) {
                    Some(other) if is_number(source) && !is_number(&other) => out.push('0'),
                    Some(other) => out.push_str(&other),
                    None => out.push_str(source),
                },
            },
            Piece::Colon | Piece::Between => out.push_str(source),
        }
    }
    out
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.split_once('.').map_or(plain(digits), |(whole, fraction)| plain(whole) && plain(fraction))
}

/// The last segment of the `path` of an object that has a `value` too.
fn target(pieces: &[(Piece, &str)]) -> Option<String> {
    let (mut depth, mut path, mut has_value) = (0_usize, None, false);
    for (at, (piece, source)) in pieces.iter().enumerate() {
        match piece {
            Piece::Open(_) => depth += 1,
            Piece::Close => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => break,
            },
            Piece::Quoted | Piece::Word
                if depth == 0 && pieces.get(at + 1).map(|(piece, _)| *piece) == Some(Piece::Colon) =>
            {
                let name = Spelled::read(Spelling::Json, source.trim_matches(['"', '\''])).text();
                has_value |= name.eq_ignore_ascii_case("value");
                if name.eq_ignore_ascii_case("path") {
                    path = pieces.get(at + 2).filter(|(piece, _)| *piece == Piece::Quoted).map(|(_, source)| *source);
                }
            }
            _ => {}
        }
    }
    let path = Spelled::read(Spelling::Json, path?.trim_matches(['"', '\''])).text();
    let named = |part: &&str| !part.is_empty() && *part != "-" && !part.bytes().all(|byte| byte.is_ascii_digit());
    let last = path.split('/').rfind(named)?.to_owned();
    has_value.then_some(last)
}

fn pieces(text: &str) -> Vec<(Piece, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (piece, length) = match first {
            '{' => (Piece::Open(true), 1),
            // A constructor has brackets as well: `new Name("…")`.
            '[' | '(' => (Piece::Open(false), 1),
            '}' | ']' | ')' => (Piece::Close, 1),
            ',' | ';' => (Piece::Comma, 1),
            ':' => (Piece::Colon, 1),
            '"' | '\'' => (Piece::Quoted, quoted(rest, first)),
            '/' => (Piece::Between, comment(rest)),
            first if first.is_whitespace() || first == '\u{feff}' => (Piece::Between, first.len_utf8()),
            _ => {
                let ends = |letter: char| letter.is_whitespace() || ",:{}[]()\"'/;".contains(letter);
                (Piece::Word, rest.find(ends).unwrap_or(rest.len()))
            }
        };
        let (source, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        found.push((piece, source));
        rest = after;
    }
    found
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            letter if letter == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn comment(text: &str) -> usize {
    if text.starts_with("/*") {
        return text.find("*/").map_or(text.len(), |at| at + 2);
    }
    match text.starts_with("//") {
        true => text.find(['\n', '\r']).unwrap_or(text.len()),
        false => 1,
    }
}
