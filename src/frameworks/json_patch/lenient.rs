//! JSON without a type, over the tokenizer that typed bodies share: nesting ends at a limit, the last value of a
//! repeated name counts, and texts that look like ISO dates become dates (docs/spec/reseller.md §11.2, §11.4).
//!
//! Only the first token of a document can show its error's text to a client; inside the array every fault means "the
//! document is malformed".

use crate::codec::convert::date;
use crate::codec::json::{Integer, Token, Tokens};
use crate::codec::{Advice, Note};
use crate::contract::DateTime;
use std::collections::HashMap;

/// The framework's limit on nesting in patch documents (docs/spec/reseller.md §11.2).
pub const MAX_DEPTH: usize = 32;

/// A value with the place where its token ended; for a list or object that is its opening bracket.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) json: Json,
    /// Byte offset just after the token.
    pub(super) end: usize,
    /// Byte offset just after the name and colon of a member; 0 for an item.
    pub(super) name_end: usize,
}

/// An untyped value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    /// `undefined`, and a missing value between two commas.
    Undefined,
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
    /// `new X(…)`: the X and its arguments.
    Constructor(String, Vec<Node>),
}

/// The containers around a value.
#[derive(Debug, Clone, Copy)]
struct Room {
    /// How many more may open.
    left: usize,
    /// How many are open.
    open: usize,
}

impl Room {
    /// Inside one more container; `None` when the limit is reached.
    fn deeper(self) -> Option<Room> {
        Some(Room { left: self.left.checked_sub(1)?, open: self.open + 1 })
    }

    /// Whether the value lies within the value of an operation.
    fn is_inside_a_value(self) -> bool {
        self.open > 2
    }
}

/// The first token of a body.
#[derive(Debug, PartialEq)]
pub(super) enum Start {
    /// Nothing but blanks, or null.
    Nothing,
    /// An array, perhaps after comments, read to its end; the rest of the body is never read. `None` when it is
    /// malformed.
    Array(Option<Vec<Node>>),
    /// Any other token.
    Other,
    /// No token at all: the tokenizer's text.
    Fault(String),
}

/// Reads a body as far as a patch document needs it, with what was read silently. Containers nest up to `depth`.
pub(super) fn read(text: &str, depth: usize) -> (Start, Vec<Note>) {
    let mut tokens = Tokens::new(text);
    let start = start(&mut tokens, depth);
    let rest = text.get(tokens.offset()..).unwrap_or_default();
    let mut notes = tokens.into_notes();
    if matches!(start, Start::Array(Some(_))) && !rest.trim_start().is_empty() {
        let message = "There is text behind the array of operations, which was never read.".to_owned();
        notes.push(Note { code: Advice::PatchTrailingText, message });
    }
    (start, notes)
}

fn start(tokens: &mut Tokens<'_>, depth: usize) -> Start {
    let first = match tokens.next_or_comment() {
        Ok(None | Some(Token::Null)) => return Start::Nothing,
        // After a comment every fault is the converter's, whose text is "malformed".
        Ok(Some(Token::Comment)) => tokens.next().unwrap_or_default(),
        Ok(first) => first,
        Err(text) => return Start::Fault(text),
    };
    match first {
        Some(Token::StartArray) => {
            Start::Array(Room { left: depth, open: 0 }.deeper().and_then(|room| list(tokens, room)))
        }
        _ => Start::Other,
    }
}

/// The value that a token begins; `None` when it is malformed.
fn value(token: Token<'_>, tokens: &mut Tokens<'_>, room: Room) -> Option<Node> {
    let end = tokens.offset();
    let json = match token {
        Token::StartArray => Json::List(list(tokens, room.deeper()?)?),
        Token::StartObject => Json::Object(object(tokens, room.deeper()?)?),
        Token::StartConstructor(name) => {
            let arguments = items(tokens, room.deeper()?, &Token::EndConstructor)?;
            match date_of(name, &arguments).filter(|_| room.is_inside_a_value()) {
                Some(date) => Json::Date(date),
                None => Json::Constructor(name.to_owned(), arguments),
            }
        }
        Token::Null => Json::Null,
        Token::Undefined => Json::Undefined,
        Token::Boolean(flag) => Json::Bool(flag),
        Token::Integer(Integer::Small(number)) => Json::Integer(number),
        Token::Integer(Integer::Big(digits)) => Json::Big(plain(digits)),
        Token::Float(number) => Json::Double(number),
        Token::Date(date) => Json::Date(date),
        Token::String(text) => Json::Text(text.into_owned()),
        // Tokens that begin nothing.
        Token::EndConstructor
        | Token::EndObject
        | Token::EndArray
        | Token::PropertyName
        | Token::Comment
        | Token::None => return None,
    };
    Some(Node { json, end, name_end: 0 })
}

fn list(tokens: &mut Tokens<'_>, room: Room) -> Option<Vec<Node>> {
    items(tokens, room, &Token::EndArray)
}

fn items(tokens: &mut Tokens<'_>, room: Room, end: &Token<'_>) -> Option<Vec<Node>> {
    let mut items = Vec::new();
    loop {
        match tokens.next().ok()?? {
            token if token == *end => return Some(items),
            token => items.push(value(token, tokens, room)?),
        }
    }
}

/// The date that Json.NET makes of `new Date(ms)`. chosen: with several arguments it stays a constructor.
fn date_of(name: &str, arguments: &[Node]) -> Option<DateTime> {
    match (name, arguments) {
        ("Date", [Node { json: Json::Integer(milliseconds), .. }]) => date::from_milliseconds(*milliseconds).ok(),
        _ => None,
    }
}

fn object(tokens: &mut Tokens<'_>, room: Room) -> Option<Vec<(String, Node)>> {
    let mut members: Vec<(String, Node)> = Vec::new();
    let mut places = HashMap::new();
    loop {
        match tokens.next().ok()?? {
            Token::EndObject => return Some(members),
            Token::PropertyName => {}
            _ => return None,
        }
        let name = tokens.name().into_owned();
        if places.contains_key(&name) {
            tokens.note_duplicate();
        }
        let name_end = tokens.offset();
        let token = tokens.next().ok()??;
        let node = Node { name_end, ..value(token, tokens, room)? };
        let place = *places.entry(name.clone()).or_insert(members.len());
        match members.get_mut(place) {
            Some(member) => member.1 = node,
            None => members.push((name, node)),
        }
    }
}

/// A long integer without leading zeros.
fn plain(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    format!("{sign}{}", digits.trim_start_matches('0'))
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
    pub(super) fn new(text: &str) -> Locator<'_> {
        Locator { text, offset: 0, line: 1, column: 0 }
    }

    /// Advances to an offset.
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Start {
        super::read(text, MAX_DEPTH).0
    }

    #[test]
    fn first_token_names_its_fault() {
        let text = "Unexpected character encountered while parsing value: a. Path '', line 0, position 0.";
        assert_eq!(read("abc"), Start::Fault(text.to_owned()));
        let text = "Unterminated string. Expected delimiter: \". Path '', line 2, position 4.";
        assert_eq!(read("\n\"abc"), Start::Fault(text.to_owned()));
        let text = "JsonToken EndArray is not valid for closing JsonType None. Path '', line 1, position 1.";
        assert_eq!(read("]"), Start::Fault(text.to_owned()));
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
    fn full_iso_texts_are_dates_and_others_stay_texts() {
        let json = |text: &str| match read(&format!("['{text}']")) {
            Start::Array(Some(items)) => items.into_iter().next().map(|item| item.json),
            _ => None,
        };
        for (text, expected) in [
            ("2019-01-01T00:00:00.000Z", "2019-01-01T00:00:00Z"),
            ("2019-01-01T01:00:00.1200000+02:30", "2018-12-31T22:30:00.12+00:00"),
            ("2019-01-01T24:00:00", "2019-01-02T00:00:00"),
            ("/Date(0)/", "1970-01-01T00:00:00Z"),
        ] {
            let Some(Json::Date(date)) = json(text) else { panic!("{text}") };
            assert_eq!(date.round_trip(), expected, "{text}");
        }
        for text in ["2019-01-01", "2019-01-01 00:00:00", "2019-02-30T00:00:00Z", "2019-01-01T00:00:00.12345678Z"] {
            assert_eq!(json(text), Some(Json::Text(text.to_owned())), "{text}");
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
        let mut locator = Locator::new(text);
        assert_eq!(locator.place(text.find('c').unwrap()), "line 3, position 2");
        assert_eq!(locator.place(text.len()), "line 4, position 1");
    }

    /// A compact picture of a value.
    fn picture(json: &Json) -> String {
        let joined = |items: Vec<String>| items.join(",");
        match json {
            Json::List(items) => format!("[{}]", joined(items.iter().map(|item| picture(&item.json)).collect())),
            Json::Object(members) => {
                let member = |(name, node): &(String, Node)| format!("{name}={}", picture(&node.json));
                format!("{{{}}}", joined(members.iter().map(member).collect()))
            }
            Json::Null | Json::Undefined => "null".to_owned(),
            Json::Text(text) => text.clone(),
            Json::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        }
    }

    fn read_list(text: &str) -> String {
        match read(text) {
            Start::Array(Some(items)) => picture(&Json::List(items)),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn commas_comments_and_quotes_are_lenient() {
        assert_eq!(read_list("//x\n[ /*a*/ {'a' :'b', c:1, $_9:[1,],}, // end\n]tail"), "[{a=b,c=1,$_9=[1]}]");
        assert_eq!(read_list("[,1,,2,{a:,b:1}]"), "[null,1,null,2,{a=null,b=1}]");
    }

    #[test]
    fn last_value_of_a_name_takes_the_first_place() {
        assert_eq!(read_list("[{a:1,b:2,a:3}]"), "[{a=3,b=2}]");
    }

    #[test]
    fn structure_that_even_this_reader_refuses() {
        for text in
            ["[", "[1", "[1 2]", "[{]", "[{,}]", "[{a}]", "[{a:}]", "[{a/**/:1}]", "[/*]", "[}", "[{a-b:1}]", "["]
        {
            assert_eq!(read(text), Start::Array(None), "{text}");
        }
    }
}
