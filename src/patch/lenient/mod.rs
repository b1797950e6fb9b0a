//! JSON as Json.NET's text reader takes it, without a type: comments, single quotes, bare names, trailing and doubled
//! commas, hexadecimal numbers, and texts that look like ISO dates become dates (spec/reseller.md §11.2, §11.4).
//!
//! Only the first token of a document can show its error's text to a client; inside the array every fault means "the
//! document is malformed".

mod date;
mod scalar;
mod structure;

use crate::contract::DateTime;

/// The framework's limit on nesting in request bodies (spec/reseller.md §11.2).
const MAX_DEPTH: usize = 32;

/// A value with the place where its token ended; for a list or object that is its opening bracket.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) json: Json,
    /// Byte offset just behind the token.
    pub(super) end: usize,
}

/// An untyped value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    /// Null, and what stands between two commas.
    Null,
    Bool(bool),
    Integer(i64),
    /// Decimal digits beyond 64 bits.
    Big(String),
    Double(f64),
    Text(String),
    Date(DateTime),
    List(Vec<Node>),
    /// Members in the order in which their names first came; the last value of a name counts.
    Object(Vec<(String, Node)>),
}

/// Text that is no JSON even to this reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The reader's text, without the place.
    pub(super) message: String,
    /// Byte offset at which the reader stood.
    pub(super) at: usize,
}

/// The first token of a body.
#[derive(Debug, PartialEq)]
pub(super) enum Start {
    /// Nothing but blanks, or null.
    Nothing,
    /// An array, perhaps after comments, read to its end; what follows is never looked at. `None` when it is malformed.
    Array(Option<Vec<Node>>),
    /// Any other token.
    Other,
    /// No token at all.
    Fault(Fault),
}

/// Reads a body as far as a patch document needs it.
pub(super) fn read(text: &str) -> Start {
    let mut reader = Reader { text, at: 0 };
    reader.skip_blanks();
    if reader.peek().is_none() {
        return Start::Nothing;
    }
    // The first comment counts as the first token; behind it every fault is the converter's, which says "malformed".
    match reader.comment() {
        Ok(true) if reader.skip_blanks_and_comments().is_err() || reader.peek() != Some('[') => return Start::Other,
        Ok(_) => {}
        Err(fault) => return Start::Fault(fault),
    }
    match reader.peek() {
        Some('[') => match reader.value(0) {
            Ok(Node { json: Json::List(items), .. }) => Start::Array(Some(items)),
            _ => Start::Array(None),
        },
        Some('{' | ',') => Start::Other,
        // quirk: a closing bracket is a token, and there is nothing to close.
        Some(bracket @ (']' | ')')) => {
            let token = if bracket == ']' { "EndArray" } else { "EndConstructor" };
            let message = format!("JsonToken {token} is not valid for closing JsonType None.");
            Start::Fault(Fault { message, at: reader.at + 1 })
        }
        _ => match reader.scalar() {
            Ok(Json::Null) if !reader.text.get(..reader.at).is_some_and(|read| read.ends_with("undefined")) => {
                Start::Nothing
            }
            Ok(_) => Start::Other,
            Err(fault) => Start::Fault(fault),
        },
    }
}

/// A text and how far it is read.
#[derive(Debug)]
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes the letter if it comes next.
    fn eat(&mut self, letter: char) -> bool {
        let found = self.peek() == Some(letter);
        if found {
            self.at += letter.len_utf8();
        }
        found
    }

    fn fault<T>(&self, message: impl Into<String>) -> Result<T, Fault> {
        Err(Fault { message: message.into(), at: self.at })
    }

    fn unexpected<T>(&self) -> Result<T, Fault> {
        let letter = self.peek().map(String::from).unwrap_or_default();
        self.fault(format!("Unexpected character encountered while parsing value: {letter}."))
    }

    /// Blanks, among which the reader counts NUL.
    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|letter| letter.is_whitespace() || letter == '\0') {
            self.next();
        }
    }

    fn skip_blanks_and_comments(&mut self) -> Result<(), Fault> {
        self.skip_blanks();
        while self.comment()? {
            self.skip_blanks();
        }
        Ok(())
    }

    /// Skips one comment; whether there was one.
    fn comment(&mut self) -> Result<bool, Fault> {
        if !self.eat('/') {
            return Ok(false);
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.encode_utf16().take(2).count() < 2 {
            return self.fault("Unexpected end while parsing comment.");
        }
        let length = match rest.chars().next() {
            Some('*') => rest.get(1..).and_then(|comment| comment.find("*/")).map(|found| found + 3),
            Some('/') => Some(rest.find(['\r', '\n']).unwrap_or(rest.len())),
            other => {
                let letter = other.map(String::from).unwrap_or_default();
                return self.fault(format!("Error parsing comment. Expected: *, got {letter}."));
            }
        };
        self.at = length.map_or(self.text.len(), |length| self.at + length);
        if length.is_some() { Ok(true) } else { self.fault("Unexpected end while parsing comment.") }
    }
}

/// Line and column of byte offsets, in UTF-16 units as .NET counts them. Offsets only grow; for one further back there
/// is a clone from before.
#[derive(Debug, Clone)]
pub(super) struct Locator<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
    column: usize,
}

impl Locator<'_> {
    pub(super) fn of(text: &str) -> Locator<'_> {
        Locator { text, offset: 0, line: 1, column: 0 }
    }

    /// Goes on to an offset.
    pub(super) fn advance(&mut self, offset: usize) {
        let mut letters = self.text.get(self.offset..offset).unwrap_or_default().chars().peekable();
        while let Some(letter) = letters.next() {
            // CR, LF and CR LF each end a line.
            if letter == '\n' || letter == '\r' && letters.peek() != Some(&'\n') {
                (self.line, self.column) = (self.line + 1, 0);
            } else {
                self.column += letter.len_utf16();
            }
        }
        self.offset = self.offset.max(offset);
    }

    /// `line 1, position 8`.
    pub(super) fn place(&mut self, offset: usize) -> String {
        self.advance(offset);
        format!("line {}, position {}", self.line, self.column)
    }

    /// The same for a fault of the first token: quirk, before any letter of a line the line counts as 0 (jp-165).
    pub(super) fn first_place(&mut self, offset: usize) -> String {
        self.advance(offset);
        let line = if self.column == 0 { 0 } else { self.line };
        format!("line {line}, position {}", self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        match read(text) {
            Start::Fault(fault) => format!("{} @{}", fault.message, fault.at),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn first_token_names_its_fault() {
        assert_eq!(fault("abc"), "Unexpected character encountered while parsing value: a. @0");
        assert_eq!(fault(" tru"), "Unexpected end when reading JSON. @4");
        assert_eq!(fault("truk"), "Error parsing boolean value. @3");
        assert_eq!(fault("truek"), "Error parsing boolean value. @4");
        assert_eq!(fault("nx"), "Unexpected character encountered while parsing value: n. @0");
        assert_eq!(fault("\"abc"), "Unterminated string. Expected delimiter: \". @4");
        assert_eq!(fault("5x"), "Input string '5x' is not a valid number. @2");
        assert_eq!(fault("5k"), "Unexpected character encountered while parsing number: k. @1");
        assert_eq!(fault("/xy"), "Error parsing comment. Expected: *, got x. @1");
        assert_eq!(fault("//"), "Unexpected end while parsing comment. @1");
        assert_eq!(fault(" /*/"), "Unexpected end while parsing comment. @4");
        assert_eq!(fault("'\\u12"), "Unexpected end while parsing Unicode escape sequence. @3");
        assert_eq!(fault("'\\u12zz'"), "Invalid Unicode escape sequence: \\u12zz. @3");
        assert_eq!(fault("]"), "JsonToken EndArray is not valid for closing JsonType None. @1");
    }

    #[test]
    fn null_and_blanks_are_nothing() {
        for text in ["", " \r\n\u{a0}\0", "null", " null garbage"] {
            assert_eq!(read(text), Start::Nothing, "{text:?}");
        }
        for text in ["undefined", "5", "'a'", "{", "/**/null", "/**/", "//[]", "/**//xy", ","] {
            assert_eq!(read(text), Start::Other, "{text:?}");
        }
    }

    #[test]
    fn nesting_ends_at_32() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(matches!(read(&nested(32)), Start::Array(Some(_))));
        assert_eq!(read(&nested(33)), Start::Array(None));
        assert_eq!(read(&"[".repeat(1_000_000)), Start::Array(None));
    }

    #[test]
    fn columns_count_utf16_units_and_every_line_end() {
        let text = "a\r\nb\r😀c\nd";
        let mut locator = Locator::of(text);
        assert_eq!(locator.place(text.find('c').unwrap()), "line 3, position 2");
        assert_eq!(locator.place(text.len()), "line 4, position 1");
        assert_eq!(Locator::of("\n\n").first_place(2), "line 0, position 0");
    }
}
