//! Request paths as the framework's `Uri` sees them: dot segments resolved, percent-encoding undone, and split into
//! segments and separators (docs/spec/pbnb.md §10).

use crate::codec::percent;
use std::borrow::Cow;

/// The decoded path without its leading slash. `%2F` is a separator from here on (oracle: rt-get-pctslash).
pub(super) fn decoded(path: &str) -> Cow<'_, str> {
    // Most paths have nothing to resolve and nothing to decode, which one look shows.
    if memchr::memchr3(b'\\', b'.', b'%', path.as_bytes()).is_none() {
        return relative(Cow::Borrowed(path));
    }
    // Quirk: the first slash belongs to the host, one more is swallowed as the root's own (oracle: rt-get-leaddbl).
    match canonical(path) {
        Cow::Borrowed(path) => relative(percent::decoded(path, |_| true)),
        Cow::Owned(path) => relative(Cow::Owned(percent::decoded(&path, |_| true).into_owned())),
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
pub(crate) fn parts(path: &str) -> Vec<&str> {
    let mut parts = Vec::with_capacity(16);
    let mut begin = 0;
    for (end, _) in path.bytes().enumerate().filter(|(_, byte)| *byte == b'/') {
        if let Some(segment) = path.get(begin..end).filter(|segment| !segment.is_empty()) {
            parts.push(segment);
        }
        parts.push("/");
        begin = end + 1;
    }
    parts.extend(path.get(begin..).filter(|segment| !segment.is_empty()));
    parts
}

/// Backslashes turned, dot segments resolved: what `Uri` does before it unescapes anything.
pub(super) fn canonical(path: &str) -> Cow<'_, str> {
    if path.contains('\\') {
        return Cow::Owned(without_dot_segments(&path.replace('\\', "/")).into_owned());
    }
    without_dot_segments(path)
}

/// Resolves `.` and `..`, plain or encoded, before anything else looks at the path (oracle: rt-get-dot).
pub(crate) fn without_dot_segments(path: &str) -> Cow<'_, str> {
    let dots = |segment: &str| -> usize {
        // A version such as `v1.0` is in the path of every request, and needs no copy to be seen to be none.
        if !segment.starts_with(['.', '%']) {
            return 0;
        }
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
            ("/%ff%41", "%ffA"),
            ("/%2541", "%41"),
            ("/a/./b/../c", "a/c"),
            ("/a/%2e%2E", ""),
            ("/..", ""),
            ("/a\\b\\..\\c%5Cd", "a/c\\d"),
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
