//! Percent-encoding as the server undoes it: in a path before routing, in a query per name and value.

/// A path as routing sees it: escapes that make UTF-8 are undone, all others stay as they are. `%2F` stays too, so an
/// encoded slash never splits a segment.
pub(super) fn decode(path: &str) -> String {
    unescape(path, |byte| byte == b'/')
}

/// A name or value of a query: `+` is a blank.
pub(super) fn decode_query(text: &str) -> String {
    unescape(&text.replace('+', " "), |_| false)
}

/// The first value of a query parameter, names compared without case; `name` without `=` has an empty value.
pub(super) fn query_value(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        decode_query(key).eq_ignore_ascii_case(name).then(|| decode_query(value))
    })
}

fn unescape(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (plain, escaped) = rest.split_at(at);
        decoded.push_str(plain);
        let taken = match letter(escaped) {
            Some((letter, taken)) if !keep_letter(letter, &keep) => {
                decoded.push(letter);
                taken
            }
            _ => {
                decoded.push('%');
                1
            }
        };
        rest = escaped.split_at_checked(taken).map_or("", |(_, rest)| rest);
    }
    decoded.push_str(rest);
    decoded
}

fn keep_letter(letter: char, keep: &impl Fn(u8) -> bool) -> bool {
    u8::try_from(letter).is_ok_and(|byte| letter.is_ascii() && keep(byte))
}

/// The letter that the escapes at the start of a text encode, and how many bytes of text they take.
fn letter(text: &str) -> Option<(char, usize)> {
    let mut bytes = Vec::with_capacity(4);
    for escape in text.as_bytes().chunks(3).take(4) {
        let [b'%', high, low] = escape else { break };
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let (Some(high), Some(low)) = (digit(*high), digit(*low)) else { break };
        bytes.push(high << 4 | low);
        if let Ok(whole) = std::str::from_utf8(&bytes) {
            return whole.chars().next().map(|letter| (letter, bytes.len() * 3));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_unless_they_are_slashes_or_no_text() {
        assert_eq!(decode("/a%20b/%C3%A9%F0%9F%98%80"), "/a b/é😀");
        assert_eq!(decode("/a%2Fb%2fc"), "/a%2Fb%2fc");
        assert_eq!(decode("/%/%4/%zz/%FF/%C3x/a+b"), "/%/%4/%zz/%FF/%C3x/a+b");
    }

    #[test]
    fn query_names_ignore_case_and_the_first_value_counts() {
        assert_eq!(query_value("a=1&Page%49ndex=2+%2F&pageIndex=3", "pageindex").as_deref(), Some("2 /"));
        assert_eq!(query_value("flag", "flag").as_deref(), Some(""));
        assert_eq!(query_value("a=1", "b"), None);
    }
}
