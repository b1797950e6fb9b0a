//! Request paths as the framework's `Uri` sees them: dot segments resolved, percent-encoding undone, and split into
//! segments and separators (spec/pbnb.md §10). Also the display form of a whole request URI, which 404 texts quote.

use super::Request;
use std::borrow::Cow;

/// The decoded path without its leading slash. `%2F` is a separator from here on [rt-get-pctslash].
pub(super) fn decoded(path: &str) -> Cow<'_, str> {
    let resolved = without_dot_segments(path);
    // Quirk: the first slash belongs to the host, one more is swallowed as the root's own [rt-get-leaddbl].
    match resolved {
        Cow::Borrowed(path) => relative(unescaped(path, |_| true)),
        Cow::Owned(path) => relative(Cow::Owned(unescaped(&path, |_| true).into_owned())),
    }
}

fn relative(path: Cow<'_, str>) -> Cow<'_, str> {
    let skipped = path.bytes().take(2).take_while(|byte| *byte == b'/').count();
    match path {
        Cow::Borrowed(path) => Cow::Borrowed(path.get(skipped..).unwrap_or_default()),
        Cow::Owned(path) => Cow::Owned(path.get(skipped..).unwrap_or_default().to_owned()),
    }
}

/// Non-empty segments and the separators between them, each its own part: `a//b` is `a`, `/`, `/`, `b`.
pub(super) fn parts(path: &str) -> Vec<&str> {
    let mut parts = Vec::with_capacity(16);
    for piece in path.split_inclusive('/') {
        match piece.strip_suffix('/') {
            Some("") => parts.push("/"),
            Some(segment) => parts.extend([segment, "/"]),
            None => parts.push(piece),
        }
    }
    parts
}

/// The request URI as `Uri.ToString` shows it: unescaped but for the letters that would change its meaning.
pub(super) fn display_uri(request: &Request) -> String {
    let path = without_dot_segments(&request.path);
    let keep = |byte: u8| !matches!(byte, b'%' | b'#' | b'?' | b'/' | b'\\' | b'@') && !byte.is_ascii_control();
    let mut text = format!("{}{}", request.origin, unescaped(&path, keep));
    if let Some(query) = &request.query {
        text.push('?');
        text.push_str(&unescaped(query, keep));
    }
    text
}

/// Resolves `.` and `..`, plain or encoded, before anything else looks at the path [rt-get-dot].
fn without_dot_segments(path: &str) -> Cow<'_, str> {
    let dots = |segment: &str| -> usize {
        match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "." => 1,
            ".." => 2,
            _ => 0,
        }
    };
    if !path.contains(['.', '%']) || path.split('/').all(|segment| dots(segment) == 0) {
        return Cow::Borrowed(path);
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let dots = dots(segment);
        if dots == 0 {
            kept.push(segment);
            continue;
        }
        // The empty segment in front is the root, which `..` cannot leave.
        if dots == 2 && kept.len() > 1 {
            kept.pop();
        }
        if segments.peek().is_none() {
            kept.push("");
        }
    }
    Cow::Owned(kept.join("/"))
}

/// Undoes percent-encoding of the bytes that `decode` admits; bad escapes and bytes that are no UTF-8 stay as sent.
fn unescaped(text: &str, decode: impl Fn(u8) -> bool) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let mut run = Vec::new();
        rest = tail;
        while let Some((byte, after)) = escape(rest) {
            run.push(byte);
            rest = after;
        }
        if run.is_empty() {
            out.push('%');
            rest = rest.strip_prefix('%').unwrap_or_default();
        }
        for chunk in run.utf8_chunks() {
            for letter in chunk.valid().chars() {
                match u8::try_from(letter) {
                    Ok(byte) if letter.is_ascii() && !decode(byte) => out.push_str(&format!("%{byte:02X}")),
                    _ => out.push(letter),
                }
            }
            for byte in chunk.invalid() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The byte of an escape at the front, and what follows it.
fn escape(text: &str) -> Option<(u8, &str)> {
    let digits = text.strip_prefix('%')?;
    let (pair, rest) = digits.split_at_checked(2)?;
    let plain = pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    let byte = if plain { u8::from_str_radix(pair, 16).ok()? } else { return None };
    Some((byte, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_once_and_bad_ones_stay() {
        for (path, expected) in [
            ("/a%2Fb", "a/b"),
            ("//a", "a"),
            ("///a", "/a"),
            ("/%zz%4", "%zz%4"),
            ("/%D9%A1", "\u{661}"),
            ("/%ff%41", "%FFA"),
            ("/%2541", "%41"),
            ("/a/./b/../c", "a/c"),
            ("/a/%2e%2E", ""),
            ("/..", ""),
        ] {
            assert_eq!(decoded(path), expected, "{path}");
        }
    }

    #[test]
    fn separators_are_parts_of_their_own() {
        assert_eq!(parts("a//b/"), ["a", "/", "/", "b", "/"]);
        assert!(parts("").is_empty());
    }
}
