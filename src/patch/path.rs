//! Paths as the library splits them: empty segments vanish, `~0` and `~1` are undone, and a list index is whatever
//! `Int32.TryParse` takes (spec/reseller.md §11.3, §11.5).

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

/// `Int32.TryParse` without culture: blanks around, a sign, leading zeros.
pub(super) fn int32(text: &str) -> Option<i32> {
    let blank = |c: char| matches!(c, '\t'..='\r' | ' ');
    let digits = text.trim_end_matches('\0').trim_matches(blank);
    // Rust's parser takes the same texts: one sign, then digits only.
    digits.parse().ok()
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

    #[test]
    fn index_takes_sign_blanks_and_zeros() {
        for (text, index) in [("01", 1), ("+1", 1), (" 1\n", 1), ("-0", 0), ("2147483647", i32::MAX)] {
            assert_eq!(int32(text), Some(index), "{text:?}");
        }
        for text in ["", "-", "1.0", "99999999999", "\u{a0}1", "+-1"] {
            assert_eq!(int32(text), None, "{text:?}");
        }
    }
}
