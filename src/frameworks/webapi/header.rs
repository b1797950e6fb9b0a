//! The header grammar that the framework's lazily parsed headers accept: tokens, quoted strings, comma lists, media
//! types and weighted charsets. One element that does not parse voids its whole line (oracle: cn-accept-mal_*).

use http::{HeaderMap, HeaderName};
use std::borrow::Cow;

/// A media type or range with the parameters that the framework reads.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MediaType<'a> {
    /// Before the slash.
    pub(super) kind: &'a str,
    /// After the slash.
    pub(super) subtype: &'a str,
    /// The first `q`, where it is a plain decimal number.
    pub(super) quality: Option<f64>,
    /// The first `charset` as sent, quotes included.
    pub(super) charset: Option<&'a str>,
}

/// An element of Accept-Charset.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WeightedCharset<'a> {
    pub(super) name: &'a str,
    pub(super) quality: Option<f64>,
}

/// How much of a media type a range leaves open; the order is the framework's order of preference at equal quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Range {
    /// `*/*`
    All,
    /// `type/*`
    Subtype,
    /// `type/subtype`
    Literal,
}

impl MediaType<'_> {
    pub(super) fn range(&self) -> Range {
        match (self.kind, self.subtype) {
            ("*", "*") => Range::All,
            (_, "*") => Range::Subtype,
            _ => Range::Literal,
        }
    }

    /// Whether a formatter's `type/subtype` is covered. Parameters of the range never hurt: the formatters' types have
    /// none that it would have to repeat. Quirk: `*/xml` is not a range and covers nothing (oracle: cn-accept-starxml).
    pub(super) fn covers(&self, supported: &str) -> bool {
        let range = self.range();
        if range == Range::All {
            return true;
        }
        let Some((kind, rest)) = supported.split_at_checked(self.kind.len()) else { return false };
        let Some(subtype) = rest.strip_prefix('/') else { return false };
        (range == Range::Subtype || subtype.eq_ignore_ascii_case(self.subtype)) && kind.eq_ignore_ascii_case(self.kind)
    }
}

/// The values of every line of a header, as text.
pub(super) fn lines<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = Cow<'h, str>> + use<'h> {
    headers.get_all(name).into_iter().map(|value| String::from_utf8_lossy(value.as_bytes()))
}

/// The media types of one Accept line; none when an element is malformed.
pub(super) fn media_types(line: &str) -> Vec<MediaType<'_>> {
    list(line, Cursor::media_type)
}

/// The elements of one Accept-Charset line; none when an element is malformed.
pub(super) fn charsets(line: &str) -> Vec<WeightedCharset<'_>> {
    list(line, Cursor::weighted_charset)
}

/// A Content-Type; a list of two is malformed.
pub(super) fn content_type(line: &str) -> Option<MediaType<'_>> {
    let mut cursor = Cursor { rest: line };
    cursor.blanks();
    let found = cursor.media_type()?;
    cursor.blanks();
    cursor.rest.is_empty().then_some(found)
}

fn list<'a, T>(line: &'a str, element: fn(&mut Cursor<'a>) -> Option<T>) -> Vec<T> {
    let mut cursor = Cursor { rest: line };
    let mut found = Vec::new();
    cursor.separators();
    while !cursor.rest.is_empty() {
        let Some(value) = element(&mut cursor) else { return Vec::new() };
        found.push(value);
        if !cursor.separators() && !cursor.rest.is_empty() {
            return Vec::new();
        }
    }
    found
}

/// The rest of a line.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// Skips blanks and commas; returns whether there was a comma. Empty elements are fine.
    fn separators(&mut self) -> bool {
        self.blanks();
        let mut found = false;
        while self.take(',') {
            found = true;
            self.blanks();
        }
        found
    }

    fn take(&mut self, letter: char) -> bool {
        match self.rest.strip_prefix(letter) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn split(&mut self, at: usize) -> Option<&'a str> {
        let (head, tail) = self.rest.split_at_checked(at)?;
        self.rest = tail;
        Some(head)
    }

    fn token(&mut self) -> Option<&'a str> {
        let end = self.rest.bytes().position(|byte| !is_token(byte)).unwrap_or(self.rest.len());
        if end == 0 { None } else { self.split(end) }
    }

    /// With its quotes; a backslash takes any one ASCII letter along.
    fn quoted(&mut self) -> Option<&'a str> {
        let mut letters = self.rest.char_indices();
        if letters.next().is_none_or(|(_, first)| first != '"') {
            return None;
        }
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => return self.split(at + 1),
                '\\' if !letters.next().is_some_and(|(_, escaped)| escaped.is_ascii()) => return None,
                _ => {}
            }
        }
        None
    }

    fn media_type(&mut self) -> Option<MediaType<'a>> {
        let kind = self.token()?;
        self.blanks();
        if !self.take('/') {
            return None;
        }
        self.blanks();
        let subtype = self.token()?;
        let mut found = MediaType { kind, subtype, quality: None, charset: None };
        let mut quality = None;
        self.blanks();
        while self.take(';') {
            self.blanks();
            let name = self.token()?;
            self.blanks();
            let mut value = None;
            if self.take('=') {
                self.blanks();
                value = Some(if self.rest.starts_with('"') { self.quoted()? } else { self.token()? });
                self.blanks();
            }
            if name.eq_ignore_ascii_case("q") {
                quality.get_or_insert(value.unwrap_or_default());
            } else if name.eq_ignore_ascii_case("charset") && found.charset.is_none() {
                found.charset = Some(value.unwrap_or_default());
            }
        }
        // Quirk: anything but a plain decimal counts as absent, and nothing bounds it by 1 (oracle:
        // cn-accept-q_gt1_two, cn-accept-q_neg).
        found.quality = quality.and_then(decimal);
        Some(found)
    }

    fn weighted_charset(&mut self) -> Option<WeightedCharset<'a>> {
        let name = self.token()?;
        self.blanks();
        let mut quality = None;
        if self.take(';') {
            self.blanks();
            if !self.take('q') && !self.take('Q') {
                return None;
            }
            self.blanks();
            if !self.take('=') {
                return None;
            }
            self.blanks();
            // Stricter than a media type's: a digit comes first and the range is checked.
            let end = self.rest.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'.');
            let digits = self.split(end.unwrap_or(self.rest.len())).filter(|text| !text.starts_with('.'))?;
            quality = Some(decimal(digits).filter(|number| (0.0..=1.0).contains(number))?);
            self.blanks();
        }
        Some(WeightedCharset { name, quality })
    }
}

/// `double.TryParse` with a decimal point as the only thing allowed besides digits; it takes these names at all times.
fn decimal(text: &str) -> Option<f64> {
    match text {
        "NaN" => return Some(f64::NAN),
        "Infinity" => return Some(f64::INFINITY),
        "-Infinity" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain { text.parse().ok() } else { None }
}

fn is_token(byte: u8) -> bool {
    let separator = matches!(
        byte,
        b'(' | b')'
            | b'<'
            | b'>'
            | b'@'
            | b','
            | b';'
            | b':'
            | b'\\'
            | b'"'
            | b'/'
            | b'['
            | b']'
            | b'?'
            | b'='
            | b'{'
            | b'}'
    );
    byte.is_ascii_graphic() && !separator
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_malformed_element_voids_the_line_and_empty_elements_do_not() {
        assert_eq!(media_types(",application/xml, ,text/xml,").len(), 2);
        for bad in ["@@@, a/b", "a/b, @@@", "a/b;", "a/b;;q=1", "a/b;q=", "a/b;a=\"b", "*; q=.2, */*", "a/", "/b", "a"]
        {
            assert_eq!(media_types(bad), [], "{bad}");
        }
    }

    #[test]
    fn quality_is_the_first_plain_decimal() {
        for (line, quality) in [
            ("a/b;q=2", Some(2.0)),
            ("a/b; Q = .9", Some(0.9)),
            ("a/b;q=0.1;q=0.9", Some(0.1)),
            ("a/b;q=-1", None),
            ("a/b;q=1e-1", None),
            ("a/b;q=\"0.5\"", None),
            ("a / b;q", None),
        ] {
            assert_eq!(media_types(line).first().map(|media| media.quality), Some(quality), "{line}");
        }
    }

    #[test]
    fn a_charset_weight_is_checked() {
        assert_eq!(charsets("utf-8;q=0.5, *").len(), 2);
        for bad in ["utf-8;q=2", "utf-8;q=.5", "utf-8;x=1", "@@"] {
            assert_eq!(charsets(bad), [], "{bad}");
        }
    }

    #[test]
    fn a_content_type_is_one_media_type() {
        assert_eq!(content_type("application/json; charset=utf-16").and_then(|media| media.charset), Some("utf-16"));
        for bad in ["json", "application/json, text/json", "application/json; charset=", ""] {
            assert_eq!(content_type(bad), None, "{bad}");
        }
    }
}
