//! Names and values of a form body or a query (`FormUrlEncodedParser`), and jQuery's bracket names turned into the
//! model binder's dotted ones.

use super::MAX_FIELDS;
use crate::codec::charset::utf8_lossy;
use crate::codec::decimal_digit;

/// Names with their values, decoded, in the order sent; at most one more than [`MAX_FIELDS`], which shows that there
/// are too many. Quirk: a part without `=` is a name with an empty value, and so is an empty part, including the one
/// after a closing `&` (oracle: rt-get-query-noval, rt-get-query-amp).
#[must_use]
pub fn parse(bytes: &[u8]) -> Vec<(String, String)> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let pair = |part: &[u8]| {
        let equals = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
        let (name, value) = part.split_at_checked(equals).unwrap_or((part, b""));
        (decode(name), decode(value.strip_prefix(b"=").unwrap_or(value)))
    };
    bytes.split(|byte| *byte == b'&').take(MAX_FIELDS + 1).map(pair).collect()
}

/// `+` is a blank, `%XX` a byte of utf-8; a malformed escape stays as sent (oracle: fm-badpct).
fn decode(bytes: &[u8]) -> String {
    // The framework turns the raw bytes into text before it looks at escapes, so a broken raw sequence cannot be
    // completed by an escaped byte.
    let text = utf8_lossy(bytes);
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = || {
            let ([high, low], after) = tail.split_first_chunk::<2>()?;
            let byte = char::from(*high).to_digit(16)? << 4 | char::from(*low).to_digit(16)?;
            Some((byte as u8, after))
        };
        let (byte, after) = match first {
            b'+' => (b' ', tail),
            b'%' => escaped().unwrap_or((b'%', tail)),
            other => (*other, tail),
        };
        decoded.push(byte);
        rest = after;
    }
    String::from_utf8(decoded).unwrap_or_else(|error| utf8_lossy(error.as_bytes()).into_owned())
}

/// The framework's text for a name with an unclosed bracket.
pub const UNCLOSED: &str =
    "The key is invalid JQuery syntax because it is missing a closing bracket\r\nParameter name: key";

/// Whether a name of a query has an unclosed bracket.
#[must_use]
pub fn has_unclosed_bracket(query: &str) -> bool {
    // Most queries have neither a bracket nor the escape of one.
    (query.contains('[') || query.contains("%5B") || query.contains("%5b"))
        && parse(query.as_bytes()).iter().any(|(name, _)| dotted(name).is_none())
}

/// `a[b]` is `a.b`, `a[]` is `a`, `a[0]` stays. `None` when a bracket is not closed, at which the framework throws.
#[must_use]
pub fn dotted(name: &str) -> Option<String> {
    let mut dotted = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once('[') {
        let (inside, after) = behind.split_once(']')?;
        dotted.push_str(before);
        // Char.IsDigit, so Arabic and other decimal digits count.
        if inside.starts_with(decimal_digit::is) {
            dotted.push('[');
            dotted.push_str(inside);
            dotted.push(']');
        } else if !inside.is_empty() {
            dotted.push('.');
            dotted.push_str(inside);
        }
        rest = after;
    }
    dotted.push_str(rest);
    Some(dotted)
}

#[cfg(test)]
mod tests {
    use super::{dotted, has_unclosed_bracket, parse};

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse(text.as_bytes())
    }

    #[test]
    fn blanks_escapes_and_bad_escapes_decode() {
        let expected = [("a b", "ü +%"), ("c", "%4"), ("d", "%zz"), ("e", "x=y")];
        let expected: Vec<_> = expected.map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        assert_eq!(pairs("a+b=%C3%BC+%2B%25&c=%4&d=%zz&e=x=y"), expected);
        assert_eq!(pairs("a=%FF"), [("a".to_owned(), "\u{FFFD}".to_owned())]);
    }

    #[test]
    fn empty_parts_are_empty_names() {
        let empty = (String::new(), String::new());
        assert_eq!(pairs("&a&"), [empty.clone(), ("a".to_owned(), String::new()), empty]);
        assert_eq!(pairs(""), []);
    }

    #[test]
    fn brackets_become_dots_except_around_indexes() {
        for (sent, expected) in [
            ("a[b]", "a.b"),
            ("a[]", "a"),
            ("a[0]", "a[0]"),
            ("a[0][b][c]", "a[0].b.c"),
            ("[0].b", "[0].b"),
            ("a[1x]", "a[1x]"),
            ("a[\u{661}]", "a[\u{661}]"),
            ("a[\u{B2}]", "a.\u{B2}"),
            ("a]b", "a]b"),
        ] {
            assert_eq!(dotted(sent).as_deref(), Some(expected));
        }
        assert_eq!(dotted("a[b"), None);
        assert_eq!(dotted("a[b][c"), None);
    }

    #[test]
    fn an_unclosed_bracket_of_a_query_counts_in_names_only() {
        for query in ["a[", "a=1&b[c", "%5Ba", "a%5b=1"] {
            assert!(has_unclosed_bracket(query), "{query}");
        }
        for query in ["", "a=[", "a[]=1", "a%5b%5D", "a]", "a=%5b"] {
            assert!(!has_unclosed_bracket(query), "{query}");
        }
    }
}
