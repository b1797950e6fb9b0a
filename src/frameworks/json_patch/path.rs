//! Paths as the library splits them: a leading slash is optional, empty segments vanish, `~0` and `~1` are undone, and
//! nothing else is decoded (docs/spec/reseller.md §11.3).

/// The segments of a path; `None` when a `~` is not followed by 0 or 1.
pub(super) fn segments(path: &str) -> Option<Vec<String>> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.map(unescape).collect()
}

fn unescape(part: &str) -> Option<String> {
    let mut pieces = part.split('~');
    let mut text = pieces.next()?.to_owned();
    for piece in pieces {
        let (escape, rest) = piece.split_at_checked(1)?;
        text.push(match escape {
            "0" => '~',
            "1" => '/',
            _ => return None,
        });
        text.push_str(rest);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_segments_vanish_and_escapes_are_undone() {
        let of = |path: &str| segments(path).map(|segments| segments.join("|"));
        assert_eq!(of("//a~0b~1c//0/").as_deref(), Some("a~b/c|0"));
        assert_eq!(of("/").as_deref(), Some(""));
        assert_eq!(of("~01").as_deref(), Some("~1"));
        for bad in ["/a~", "/a~2", "~/0", "~é"] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
