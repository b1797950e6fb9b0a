//! JSON with line numbers: a strict RFC 8259 reader that remembers the line of every value, because a problem in a seed
//! file of thousands of lines is useful only with its line.

use super::problem::{Path, Problem};
use std::borrow::Cow;

/// The deepest nesting that is read; a document needs six levels.
const MOST_LEVELS: usize = 64;
/// The number of values that any document may have, and the length in bytes of a document for each value beyond them: a
/// value takes some forty bytes of memory, however short it is written. A user in all four APIs has thirty in about
/// seven hundred bytes.
const VALUES_OF_ANY_DOCUMENT: usize = 1_000_000;
const BYTES_PER_VALUE: usize = 12;
/// The members for which an object makes room at once.
const MEMBERS: usize = 8;

/// A value and where it starts.
#[derive(Debug)]
pub(super) struct Node<'t> {
    /// Line, from 1.
    pub line: usize,
    /// The value itself.
    pub value: Tree<'t>,
}

/// A JSON value. Texts are those of the document unless an escape changes them.
#[derive(Debug)]
pub(super) enum Tree<'t> {
    Null,
    Bool(bool),
    /// As it is written.
    Number(&'t str),
    String(Cow<'t, str>),
    Array(Vec<Node<'t>>),
    /// A list whose items are read one at a time.
    Later(Box<Items<'t>>),
    /// Members in order, with the line of their names.
    Object(Vec<Member<'t>>),
}

/// A member: its name, the line of the name, and its value.
pub(super) type Member<'t> = (Cow<'t, str>, usize, Node<'t>);

impl Tree<'_> {
    /// The kind of value with its article, for a sentence.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Tree::Null => "null",
            Tree::Bool(_) => "a boolean",
            Tree::Number(_) => "a number",
            Tree::String(_) => "a string",
            Tree::Array(_) | Tree::Later(_) => "a list",
            Tree::Object(_) => "an object",
        }
    }
}

/// Reads a whole text. Syntax errors end the reading: after one, nothing that follows can be trusted.
pub(super) fn parse(text: &str) -> Result<Node<'_>, Problem> {
    parse_except(text, None)
}

/// Reads a whole text, except for the list in a member of the outermost object: as a tree, the users of a large document
/// take many times its size. That list is passed over, and checked when it is read item by item.
pub(super) fn parse_except<'t>(text: &'t str, later: Option<&'static str>) -> Result<Node<'t>, Problem> {
    let limit = VALUES_OF_ANY_DOCUMENT.max(text.len() / BYTES_PER_VALUE);
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let scanner = Scanner { rest, line: 1, limit, left: limit, later, checks: false };
    let read = scanner.clone().whole();
    // What is wrong may begin in the list that was passed over.
    let read = if read.is_err() { Scanner { checks: true, ..scanner }.whole() } else { read };
    read.map_err(|problem| *problem)
}

/// The items of a list that was passed over.
#[derive(Debug, Clone)]
pub(super) struct Items<'t> {
    scanner: Scanner<'t>,
    begun: bool,
}

impl<'t> Items<'t> {
    /// The next item of the list at a path, or the syntax error that ends the reading.
    pub(super) fn next(&mut self, list: &Path<'_>, index: usize) -> Option<Result<Node<'t>, Problem>> {
        let scanner = &mut self.scanner;
        scanner.blanks();
        if !std::mem::replace(&mut self.begun, true) {
            scanner.skip(1);
            scanner.blanks();
            if scanner.rest.starts_with(']') {
                return None;
            }
        } else if scanner.rest.starts_with(']') {
            return None;
        } else if !scanner.took(b',') {
            return Some(Err(*scanner.expected(list, BETWEEN_ITEMS)));
        }
        let item = scanner.value::<true>(&Path::Item(list, index), LEVEL_OF_ITEMS);
        Some(item.map_err(|problem| *problem))
    }
}

/// What may follow an item.
const BETWEEN_ITEMS: &str = "\",\" or \"]\"";

/// How deep the items are that are read later: in a list in the outermost object.
const LEVEL_OF_ITEMS: usize = 2;

#[derive(Debug, Clone)]
struct Scanner<'t> {
    rest: &'t str,
    line: usize,
    /// The number of values that the document may have.
    limit: usize,
    /// The number of those that may still follow.
    left: usize,
    /// The member of the outermost object whose list is passed over.
    later: Option<&'static str>,
    /// Whether it is checked all the same.
    checks: bool,
}

impl<'t> Scanner<'t> {
    fn whole(&mut self) -> Result<Node<'t>, Box<Problem>> {
        let node = self.value::<true>(&Path::Root, 0)?;
        self.blanks();
        match self.rest.chars().next() {
            None => Ok(node),
            Some(more) => Err(self.wrong(&Path::Root, format!("The document ends here, but {more:?} follows."))),
        }
    }

    /// The next value; without `KEEP` it is checked all the same, and null or empty.
    fn value<const KEEP: bool>(&mut self, path: &Path<'_>, depth: usize) -> Result<Node<'t>, Box<Problem>> {
        if depth > MOST_LEVELS {
            return Err(self.wrong(path, format!("Values are nested more than {MOST_LEVELS} levels deep.")));
        }
        let Some(left) = self.left.checked_sub(1) else {
            return Err(self.wrong(path, format!("The document holds more than {} values.", self.limit)));
        };
        self.left = left;
        self.blanks();
        let line = self.line;
        let value = match self.rest.as_bytes().first() {
            None => return Err(self.wrong(path, "The text ends where a value is expected.".into())),
            Some(b'{') => self.object::<KEEP>(path, depth)?,
            Some(b'[') => self.array::<KEEP>(path, depth)?,
            Some(b'"') => Tree::String(self.string(path)?),
            Some(b'-' | b'0'..=b'9') => Tree::Number(self.number(path)?),
            Some(_) => self.word(path)?,
        };
        Ok(Node { line, value })
    }

    fn object<const KEEP: bool>(&mut self, path: &Path<'_>, depth: usize) -> Result<Tree<'t>, Box<Problem>> {
        let mut members = Vec::new();
        self.skip(1);
        self.blanks();
        if self.took(b'}') {
            return Ok(Tree::Object(members));
        }
        loop {
            self.blanks();
            if !self.rest.starts_with('"') {
                return Err(self.expected(path, "a member name in double quotes"));
            }
            let line = self.line;
            let name = self.string(path)?;
            let member = Path::Member(path, &name);
            self.blanks();
            if !self.took(b':') {
                return Err(self.expected(&member, "\":\""));
            }
            let node = match depth == 0 && self.later == Some(&*name) {
                true => self.later(&member, depth + 1)?,
                false => self.value::<KEEP>(&member, depth + 1)?,
            };
            if KEEP {
                if members.is_empty() {
                    members.reserve(MEMBERS);
                }
                members.push((name, line, node));
            }
            self.blanks();
            if self.took(b'}') {
                return Ok(Tree::Object(members));
            }
            if !self.took(b',') {
                return Err(self.expected(path, "\",\" or \"}\""));
            }
        }
    }

    /// A value that is kept as the place where its items begin, if it is a list.
    fn later(&mut self, path: &Path<'_>, depth: usize) -> Result<Node<'t>, Box<Problem>> {
        self.blanks();
        let (line, begin) = (self.line, self.clone());
        if !self.rest.starts_with('[') {
            return self.value::<true>(path, depth);
        }
        if self.checks || !self.pass() {
            self.value::<false>(path, depth)?;
        }
        let items = Items { scanner: Scanner { later: None, ..begin }, begun: false };
        Ok(Node { line, value: Tree::Later(Box::new(items)) })
    }

    /// Passes over a list by its brackets and quotes alone. Does not move when it has no end.
    fn pass(&mut self) -> bool {
        let bytes = self.rest.as_bytes();
        let (mut at, mut depth, mut lines) = (0, 0usize, 0);
        while let Some(byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' if depth == 1 => {
                    self.skip(at);
                    self.line += lines;
                    return true;
                }
                b']' | b'}' => depth -= 1,
                b'\n' => lines += 1,
                b'"' => loop {
                    at += plain_length(bytes.get(at..).unwrap_or_default());
                    let end = bytes.get(at);
                    at += if end == Some(&b'\\') { 2 } else { 1 };
                    match end {
                        Some(b'"') => break,
                        Some(_) => {}
                        None => return false,
                    }
                },
                _ => {}
            }
        }
        false
    }

    fn array<const KEEP: bool>(&mut self, path: &Path<'_>, depth: usize) -> Result<Tree<'t>, Box<Problem>> {
        let (mut items, mut index) = (Vec::new(), 0);
        self.skip(1);
        self.blanks();
        if self.took(b']') {
            return Ok(Tree::Array(items));
        }
        loop {
            let item = self.value::<KEEP>(&Path::Item(path, index), depth + 1)?;
            index += 1;
            if KEEP {
                items.push(item);
            }
            self.blanks();
            if self.took(b']') {
                return Ok(Tree::Array(items));
            }
            if !self.took(b',') {
                return Err(self.expected(path, BETWEEN_ITEMS));
            }
        }
    }

    /// A string, the opening quote being next. One without escapes is not copied.
    #[inline]
    fn string(&mut self, path: &Path<'_>) -> Result<Cow<'t, str>, Box<Problem>> {
        self.skip(1);
        let run = self.plain();
        if self.took(b'"') { Ok(Cow::Borrowed(run)) } else { self.rest_of_string(run, path).map(Cow::Owned) }
    }

    /// The text up to the next byte that ends a run.
    fn plain(&mut self) -> &'t str {
        let (run, rest) = self.rest.split_at_checked(plain_length(self.rest.as_bytes())).unwrap_or_default();
        self.rest = rest;
        run
    }

    fn rest_of_string(&mut self, run: &str, path: &Path<'_>) -> Result<String, Box<Problem>> {
        let mut text = run.to_owned();
        loop {
            match self.rest.as_bytes().first() {
                Some(b'"') => {
                    self.skip(1);
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape(path)?),
                Some(_) => return Err(self.wrong(path, "A string has a raw control character or line break.".into())),
                None => return Err(self.wrong(path, "The text ends inside a string.".into())),
            }
            text.push_str(self.plain());
        }
    }

    fn escape(&mut self, path: &Path<'_>) -> Result<char, Box<Problem>> {
        self.skip(1);
        let letter = self.rest.chars().next();
        let plain = match letter {
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.unicode(path),
            _ => return Err(self.wrong(path, "A string has an unknown escape.".into())),
        };
        self.skip(1);
        Ok(plain)
    }

    /// `uXXXX`, or two of them for characters past the sixteen-bit plane.
    fn unicode(&mut self, path: &Path<'_>) -> Result<char, Box<Problem>> {
        let high = self.four_digits(path)?;
        let code = if (0xD800..0xDC00).contains(&high) && self.rest.starts_with("\\u") {
            self.skip(1);
            let low = self.four_digits(path)?;
            0x10000 + ((high - 0xD800) << 10) + low.wrapping_sub(0xDC00).min(0x20_0000)
        } else {
            high
        };
        char::from_u32(code).ok_or_else(|| self.wrong(path, "A string has half of a surrogate pair.".into()))
    }

    fn four_digits(&mut self, path: &Path<'_>) -> Result<u32, Box<Problem>> {
        let digits = self.rest.get(1..5).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let code = code.ok_or_else(|| self.wrong(path, "A \\u escape needs four hexadecimal digits.".into()))?;
        self.skip(5);
        Ok(code)
    }

    fn number(&mut self, path: &Path<'_>) -> Result<&'t str, Box<Problem>> {
        let end = self.rest.bytes().position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
        let text = self.rest.get(..end.unwrap_or(self.rest.len())).unwrap_or_default();
        if !is_number(text) {
            return Err(self.wrong(path, format!("{text} is not a JSON number.")));
        }
        self.skip(text.len());
        Ok(text)
    }

    fn word(&mut self, path: &Path<'_>) -> Result<Tree<'t>, Box<Problem>> {
        for (word, value) in [("null", Tree::Null), ("true", Tree::Bool(true)), ("false", Tree::Bool(false))] {
            if self.rest.starts_with(word) {
                self.skip(word.len());
                return Ok(value);
            }
        }
        Err(self.expected(path, "a value"))
    }

    fn blanks(&mut self) {
        let mut length = 0;
        for byte in self.rest.bytes() {
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                _ => break,
            }
            length += 1;
        }
        if length > 0 {
            self.skip(length);
        }
    }

    fn took(&mut self, wanted: u8) -> bool {
        let is_next = self.rest.as_bytes().first() == Some(&wanted);
        if is_next {
            self.skip(1);
        }
        is_next
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn expected(&self, path: &Path<'_>, wanted: &str) -> Box<Problem> {
        match self.rest.chars().next() {
            Some(found) => self.wrong(path, format!("Expected {wanted}, found {found:?}.")),
            None => self.wrong(path, format!("Expected {wanted}, found the end of the text.")),
        }
    }

    fn wrong(&self, path: &Path<'_>, message: String) -> Box<Problem> {
        Box::new(Problem { line: self.line, path: path.to_string(), message })
    }
}

/// The number of bytes before the first that ends a run in a string: a quote, a backslash or a control character. Eight
/// at a time, because most of a document is strings and most of those are too short for a search that has to be set up.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    // The high bit of each byte that is less than a limit of at most 0x80; above the first of them bits may be wrong.
    let less = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGHS;
    let equal = |word: u64, byte: u8| less(word ^ (ONES * u64::from(byte)), 1);
    let (words, others) = bytes.as_chunks();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let ends = less(word, 0x20) | equal(word, b'"') | equal(word, b'\\');
        if ends != 0 {
            return at * 8 + ends.trailing_zeros() as usize / 8;
        }
    }
    let end = |byte: &u8| matches!(byte, b'"' | b'\\' | ..b' ');
    words.len() * 8 + others.iter().position(end).unwrap_or(others.len())
}

/// RFC 8259's `number`.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(unsigned);
    if whole == 0 || (whole > 1 && unsigned.starts_with('0')) {
        return false;
    }
    let mut rest = unsigned.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = fraction.get(count..).unwrap_or_default();
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_a_string_ends_before_the_first_byte_that_is_not_plain() {
        for length in 0..20 {
            let plain = "é~ 7".repeat(5).into_bytes().into_iter().take(length).collect::<Vec<_>>();
            assert_eq!(plain_length(&plain), length);
            for end in (0..b' ').chain([b'"', b'\\']) {
                for behind in [0, 1, b'a', b'"', 0x80, 0xFF] {
                    let bytes = [&plain[..], &[end], &[behind; 9]].concat();
                    assert_eq!(plain_length(&bytes), length, "{end} {behind}");
                }
            }
        }
    }

    /// A text as a tree, the users of which are read one by one or not.
    fn read(text: &str, later: bool) -> Result<String, Problem> {
        let root = if later { parse_except(text, Some("users"))? } else { parse(text)? };
        let Tree::Object(members) = root.value else { return Ok(format!("{root:?}")) };
        let users = Path::Member(&Path::Root, "users");
        let mut shown = String::new();
        for (name, line, Node { line: value_line, value }) in members {
            shown += &format!("{name:?} {line} {value_line} ");
            match value {
                Tree::Later(mut items) => {
                    let mut index = 0;
                    while let Some(item) = items.next(&users, index) {
                        shown += &format!("{:?}", item?);
                        index += 1;
                    }
                }
                Tree::Array(items) if name == "users" => items.iter().for_each(|item| shown += &format!("{item:?}")),
                value => shown += &format!("{value:?}"),
            }
        }
        Ok(shown)
    }

    #[test]
    fn a_list_that_is_passed_over_reads_as_the_whole_does_whatever_is_wrong_and_wherever() {
        let sample = "{\"a\":[\n{}],\"users\": [{\"b\":\"\\\"]}é\\\\\"},\n[1,null ],\n {\"users\":[[]]}\n] ,\n\"c\":{\"d\":\"x\"}}";
        assert!(read(sample, true).is_ok());
        let mut refused = 0;
        for (at, old) in sample.char_indices() {
            let (before, behind) = (&sample[..at], &sample[at + old.len_utf8()..]);
            for new in ["", "[", "]", "{", "}", "\"", "\\", ",", ":", "\n", "7", "x", "\u{1}"] {
                let text = format!("{before}{new}{behind}");
                let expected = read(&text, false);
                refused += usize::from(expected.is_err());
                assert_eq!(read(&text, true), expected, "{text}");
            }
            assert_eq!(read(before, true), read(before, false), "{before}");
        }
        assert!(refused > 500, "{refused}");
    }

    #[test]
    fn a_document_of_nothing_but_tiny_values_is_refused_and_a_long_one_of_users_is_not() {
        let list = |value: &str, count: usize| format!("[{}{value}]", format!("{value},").repeat(count));
        let refused = parse(&list("1", VALUES_OF_ANY_DOCUMENT)).unwrap_err();
        assert_eq!(refused.message, "The document holds more than 1000000 values.");
        assert!(parse(&list("1", VALUES_OF_ANY_DOCUMENT - 2)).is_ok());
        let user = r#"{"username": "user1", "email": "user1@example.com"}"#;
        assert!(parse(&list(user, VALUES_OF_ANY_DOCUMENT / 2)).is_ok(), "three values in fifty bytes");
    }
}
