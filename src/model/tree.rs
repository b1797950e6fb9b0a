//! JSON with line numbers: a strict RFC 8259 reader that remembers the line of every value, because a problem in a seed
//! file of thousands of lines is useful only with its line.

use super::problem::{Path, Problem};

/// The deepest nesting that is read; a document needs six levels.
const MOST_LEVELS: usize = 64;
/// The number of values that any document may have, and the length in bytes of a document for each value beyond them: a
/// value takes some forty bytes of memory, however short it is written. A user in all four APIs has thirty in about
/// seven hundred bytes.
const VALUES_OF_ANY_DOCUMENT: usize = 1_000_000;
const BYTES_PER_VALUE: usize = 12;

/// A value and where it starts.
#[derive(Debug)]
pub(super) struct Node {
    /// Line, from 1.
    pub line: usize,
    /// The value itself.
    pub value: Tree,
}

/// A JSON value.
#[derive(Debug)]
pub(super) enum Tree {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    String(String),
    Array(Vec<Node>),
    /// Members in order, with the line of their names.
    Object(Vec<(String, usize, Node)>),
}

impl Tree {
    /// The kind of value with its article, for a sentence.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Tree::Null => "null",
            Tree::Bool(_) => "a boolean",
            Tree::Number(_) => "a number",
            Tree::String(_) => "a string",
            Tree::Array(_) => "a list",
            Tree::Object(_) => "an object",
        }
    }
}

/// Reads a whole text. Syntax errors end the reading: after one, nothing that follows can be trusted.
pub(super) fn parse(text: &str) -> Result<Node, Problem> {
    let limit = VALUES_OF_ANY_DOCUMENT.max(text.len() / BYTES_PER_VALUE);
    let mut scanner = Scanner { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1, limit, left: limit };
    let node = scanner.value(&Path::Root, 0)?;
    scanner.blanks();
    match scanner.rest.chars().next() {
        None => Ok(node),
        Some(more) => Err(scanner.wrong(&Path::Root, format!("The document ends here, but {more:?} follows."))),
    }
}

struct Scanner<'t> {
    rest: &'t str,
    line: usize,
    /// The number of values that the document may have.
    limit: usize,
    /// The number of those that may still follow.
    left: usize,
}

impl<'t> Scanner<'t> {
    fn value(&mut self, path: &Path<'_>, depth: usize) -> Result<Node, Problem> {
        if depth > MOST_LEVELS {
            return Err(self.wrong(path, format!("Values are nested more than {MOST_LEVELS} levels deep.")));
        }
        let Some(left) = self.left.checked_sub(1) else {
            return Err(self.wrong(path, format!("The document holds more than {} values.", self.limit)));
        };
        self.left = left;
        self.blanks();
        let line = self.line;
        let value = match self.rest.chars().next() {
            None => return Err(self.wrong(path, "The text ends where a value is expected.".into())),
            Some('{') => self.object(path, depth)?,
            Some('[') => self.array(path, depth)?,
            Some('"') => Tree::String(self.string(path)?),
            Some('-' | '0'..='9') => Tree::Number(self.number(path)?),
            Some(_) => self.word(path)?,
        };
        Ok(Node { line, value })
    }

    fn object(&mut self, path: &Path<'_>, depth: usize) -> Result<Tree, Problem> {
        let mut members = Vec::new();
        self.skip(1);
        self.blanks();
        if self.took('}') {
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
            if !self.took(':') {
                return Err(self.expected(&member, "\":\""));
            }
            let node = self.value(&member, depth + 1)?;
            members.push((name, line, node));
            self.blanks();
            if self.took('}') {
                return Ok(Tree::Object(members));
            }
            if !self.took(',') {
                return Err(self.expected(path, "\",\" or \"}\""));
            }
        }
    }

    fn array(&mut self, path: &Path<'_>, depth: usize) -> Result<Tree, Problem> {
        let mut items = Vec::new();
        self.skip(1);
        self.blanks();
        if self.took(']') {
            return Ok(Tree::Array(items));
        }
        loop {
            items.push(self.value(&Path::Item(path, items.len()), depth + 1)?);
            self.blanks();
            if self.took(']') {
                return Ok(Tree::Array(items));
            }
            if !self.took(',') {
                return Err(self.expected(path, "\",\" or \"]\""));
            }
        }
    }

    /// A string, the opening quote being next. Runs without escapes are copied whole.
    fn string(&mut self, path: &Path<'_>) -> Result<String, Problem> {
        self.skip(1);
        let mut text = String::new();
        loop {
            let plain = self.rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(self.rest.len());
            text.push_str(self.rest.get(..plain).unwrap_or_default());
            self.skip(plain);
            match self.rest.chars().next() {
                Some('"') => {
                    self.skip(1);
                    return Ok(text);
                }
                Some('\\') => text.push(self.escape(path)?),
                Some(_) => return Err(self.wrong(path, "A string has a raw control character or line break.".into())),
                None => return Err(self.wrong(path, "The text ends inside a string.".into())),
            }
        }
    }

    fn escape(&mut self, path: &Path<'_>) -> Result<char, Problem> {
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
    fn unicode(&mut self, path: &Path<'_>) -> Result<char, Problem> {
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

    fn four_digits(&mut self, path: &Path<'_>) -> Result<u32, Problem> {
        let digits = self.rest.get(1..5).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let code = code.ok_or_else(|| self.wrong(path, "A \\u escape needs four hexadecimal digits.".into()))?;
        self.skip(5);
        Ok(code)
    }

    fn number(&mut self, path: &Path<'_>) -> Result<String, Problem> {
        let end = self.rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
        let text = self.rest.get(..end.unwrap_or(self.rest.len())).unwrap_or_default();
        if !is_number(text) {
            return Err(self.wrong(path, format!("{text} is not a JSON number.")));
        }
        self.skip(text.len());
        Ok(text.to_owned())
    }

    fn word(&mut self, path: &Path<'_>) -> Result<Tree, Problem> {
        for (word, value) in [("null", Tree::Null), ("true", Tree::Bool(true)), ("false", Tree::Bool(false))] {
            if self.rest.starts_with(word) {
                self.skip(word.len());
                return Ok(value);
            }
        }
        Err(self.expected(path, "a value"))
    }

    fn blanks(&mut self) {
        let trimmed = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let blanks = self.rest.get(..self.rest.len() - trimmed.len()).unwrap_or_default();
        self.line += blanks.bytes().filter(|byte| *byte == b'\n').count();
        self.rest = trimmed;
    }

    fn took(&mut self, wanted: char) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn expected(&self, path: &Path<'_>, wanted: &str) -> Problem {
        match self.rest.chars().next() {
            Some(found) => self.wrong(path, format!("Expected {wanted}, found {found:?}.")),
            None => self.wrong(path, format!("Expected {wanted}, found the end of the text.")),
        }
    }

    fn wrong(&self, path: &Path<'_>, message: String) -> Problem {
        Problem { line: self.line, path: path.to_string(), message }
    }
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
    fn a_document_of_nothing_but_tiny_values_is_refused_and_a_long_one_of_users_is_not() {
        let list = |value: &str, count: usize| format!("[{}{value}]", format!("{value},").repeat(count));
        let refused = parse(&list("1", VALUES_OF_ANY_DOCUMENT)).unwrap_err();
        assert_eq!(refused.message, "The document holds more than 1000000 values.");
        assert!(parse(&list("1", VALUES_OF_ANY_DOCUMENT - 2)).is_ok());
        let user = r#"{"username": "user1", "email": "user1@example.com"}"#;
        assert!(parse(&list(user, VALUES_OF_ANY_DOCUMENT / 2)).is_ok(), "three values in fifty bytes");
    }
}
