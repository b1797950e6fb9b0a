//! The display form of a request URI, which the texts of a 404 quote: `Uri.ToString` (oracle: U-percent).

use super::{Request, path};
use crate::codec::percent;

/// The URI: unescaped but for the letters that would change its meaning, without the scheme's own port.
pub(super) fn uri(request: &Request) -> String {
    let origin = request.origin.as_str();
    let port = if origin.starts_with("http://") { ":80" } else { ":443" };
    let mut text = origin.strip_suffix(port).unwrap_or(origin).to_owned();
    unescape(&path::canonical(&request.path), Part::Path, &mut text);
    if let Some(query) = &request.query {
        text.push('?');
        unescape(query, Part::Query, &mut text);
    }
    text
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Query,
}

fn unescape(text: &str, part: Part, out: &mut String) {
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        rest = match (letter, percent::escape(rest)) {
            ('%', Some((byte, tail))) if stays_escaped(byte) => {
                out.push_str(rest.get(..rest.len() - tail.len()).unwrap_or_default());
                tail
            }
            ('%', Some((byte, tail))) if byte.is_ascii() => {
                out.push(char::from(byte));
                tail
            }
            ('%', Some(_)) => sequence(rest, part, out),
            // A percent sign that escapes nothing is itself escaped.
            ('%', None) => {
                escape("%".as_bytes(), out);
                after
            }
            _ => {
                push(letter, part, out);
                after
            }
        };
    }
}

/// Control characters, also those of Latin-1, and the letters with a meaning in a URI.
fn stays_escaped(byte: u8) -> bool {
    byte.is_ascii_control() || (0x80..0xA0).contains(&byte) || b"#$%&+,/\\;=?@".contains(&byte)
}

/// A run of escaped bytes beyond ASCII; returns what follows it. Those that are not utf-8 stay escaped, in upper case.
fn sequence<'a>(text: &'a str, part: Part, out: &mut String) -> &'a str {
    let (mut run, mut rest) = (Vec::new(), text);
    while let Some((byte, tail)) = percent::escape(rest).filter(|(byte, _)| !byte.is_ascii()) {
        run.push(byte);
        rest = tail;
    }
    for chunk in run.utf8_chunks() {
        chunk.valid().chars().for_each(|letter| push(letter, part, out));
        escape(chunk.invalid(), out);
    }
    rest
}

/// A letter that is not escaped, or not any more. Marks of writing direction are dropped.
fn push(letter: char, part: Part, out: &mut String) {
    match letter {
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' => {}
        _ if letter.is_ascii() || is_in_iri(letter, part) => out.push(letter),
        _ => escape(letter.encode_utf8(&mut [0; 4]).as_bytes(), out),
    }
}

fn escape(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        out.push_str(&format!("%{byte:02X}"));
    }
}

/// `ucschar` and, in a query, `iprivate` of RFC 3987.
fn is_in_iri(letter: char, part: Part) -> bool {
    match u32::from(letter) {
        0xA0..=0xD7FF | 0xF900..=0xFDCF | 0xFDF0..=0xFFEF => true,
        0xE000..=0xF8FF => part == Part::Query,
        code @ 0x1_0000..=0xE_FFFF => code & 0xFFFF <= 0xFFFD && !(0xE_0000..0xE_1000).contains(&code),
        code @ 0xF_0000.. => part == Part::Query && code & 0xFFFF <= 0xFFFD,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, query: Option<&str>) -> String {
        let request = Request {
            today: chrono::NaiveDate::default(),
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: query.map(str::to_owned),
            origin: "http://example.com:80".to_owned(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::new(),
        };
        uri(&request)
    }

    #[test]
    fn a_quoted_uri_is_unescaped_where_that_changes_nothing() {
        let text = shown("/a%20b/%C3%BC%2f%3f/x", Some("q=%22%26"));
        assert_eq!(text, "http://example.com/a b/\u{fc}%2f%3f/x?q=\"%26");
    }

    #[test]
    fn what_escapes_nothing_is_escaped_and_bad_sequences_get_upper_case() {
        for (path, expected) in [
            ("/%", "/%25"),
            ("/%zz%4", "/%25zz%254"),
            ("/%25zz", "/%25zz"),
            ("/%ff%41", "/%FFA"),
            ("/%8f%c3%bc", "/%8f\u{fc}"),
            ("/%e2%82%41", "/%E2%82A"),
            ("/%7f%0a", "/%7f%0a"),
            ("/%ef%b7%90", "/%EF%B7%90"),
            ("/%ee%80%80", "/%EE%80%80"),
            ("/%F0%9F%98%80", "/\u{1F600}"),
            ("/%f0%9f%bf%bf", "/%F0%9F%BF%BF"),
            ("/a%E2%80%8Eb", "/ab"),
        ] {
            assert_eq!(shown(path, None), format!("http://example.com{expected}"), "{path}");
        }
        assert_eq!(shown("/", Some("%ee%80%80%")), "http://example.com/?\u{E000}%25");
    }
}
