//! The tokenizer's result: Json.NET's `JsonToken` with its value, the reader's states, and the position in the
//! document: one place per open container, and the path they make, which is the key of an error and part of its text.

use super::escape::push_escaped;
use crate::contract::DateTime;
use std::borrow::Cow;

/// A token with its value. The text of a property name is in the tokenizer's current position.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'a> {
    None,
    StartObject,
    StartArray,
    /// `new X(`, with the X.
    StartConstructor(&'a str),
    PropertyName,
    Comment,
    Integer(Integer<'a>),
    Float(f64),
    String(Cow<'a, str>),
    Boolean(bool),
    Null,
    Undefined,
    EndObject,
    EndArray,
    EndConstructor,
    Date(DateTime),
}

/// An integer of any length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Integer<'a> {
    Small(i64),
    /// More than 64 bits, as it was written.
    Big(&'a str),
}

impl Token<'_> {
    /// The name that error texts print.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Token::None => "None",
            Token::StartObject => "StartObject",
            Token::StartArray => "StartArray",
            Token::StartConstructor(_) => "StartConstructor",
            Token::PropertyName => "PropertyName",
            Token::Comment => "Comment",
            Token::Integer(_) => "Integer",
            Token::Float(_) => "Float",
            Token::String(_) => "String",
            Token::Boolean(_) => "Boolean",
            Token::Null => "Null",
            Token::Undefined => "Undefined",
            Token::EndObject => "EndObject",
            Token::EndArray => "EndArray",
            Token::EndConstructor => "EndConstructor",
            Token::Date(_) => "Date",
        }
    }

    pub(super) fn is_start(&self) -> bool {
        matches!(self, Token::StartObject | Token::StartArray | Token::StartConstructor(_))
    }
}

/// The tokenizer's state between two tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Start,
    Property,
    ObjectStart,
    Object,
    ArrayStart,
    Array,
    ConstructorStart,
    Constructor,
    PostValue,
    Finished,
}

/// The type that is wanted of a scalar while it is tokenized: the same characters give other tokens and other errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    Any,
    Int32,
    Boolean,
    String,
    DateTime,
}

/// The container a position is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    None,
    Object,
    Array,
    Constructor,
}

impl Container {
    /// The name that error texts print.
    pub(super) fn name(self) -> &'static str {
        match self {
            Container::None => "None",
            Container::Object => "Object",
            Container::Array => "Array",
            Container::Constructor => "Constructor",
        }
    }
}

/// A place in one container: the last property name of an object, the last index of an array.
#[derive(Debug, Clone)]
pub(super) struct Position<'a> {
    pub(super) container: Container,
    /// -1 before the first item. Quirk: 0 outside of any container, where Json.NET's position is blank (oracle:
    /// J-error-loop).
    pub(super) index: i64,
    pub(super) name: Cow<'a, str>,
}

impl Position<'_> {
    pub(super) fn new(container: Container) -> Self {
        let index = if container == Container::None { 0 } else { -1 };
        Position { container, index, name: Cow::Borrowed("") }
    }

    /// Adds this place to a path: `.Name`, `['odd name']` or `[3]`.
    pub(super) fn append_to(&self, path: &mut String) {
        match self.container {
            Container::None => {}
            Container::Array | Container::Constructor => {
                path.push('[');
                path.push_str(&self.index.to_string());
                path.push(']');
            }
            Container::Object if self.name.contains(is_special) => {
                path.push_str("['");
                push_escaped(&self.name, '\'', path);
                path.push_str("']");
            }
            Container::Object => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&self.name);
            }
        }
    }
}

/// Characters that put a name between brackets and quotes.
fn is_special(letter: char) -> bool {
    matches!(
        letter,
        '.' | ' '
            | '\''
            | '/'
            | '"'
            | '['
            | ']'
            | '('
            | ')'
            | '\t'
            | '\n'
            | '\r'
            | '\u{c}'
            | '\u{8}'
            | '\\'
            | '\u{85}'
            | '\u{2028}'
            | '\u{2029}'
    )
}

/// A UTF-16 unit of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    /// As a printable character: U+FFFD for half a surrogate pair.
    pub(super) letter: char,
    /// In bytes.
    pub(super) length: usize,
}

impl Unit {
    pub(super) fn ascii(byte: u8) -> Unit {
        Unit { letter: char::from(byte), length: 1 }
    }

    /// Half of a pair, which takes two of four bytes.
    pub(super) fn half() -> Unit {
        Unit { letter: char::REPLACEMENT_CHARACTER, length: 2 }
    }

    /// A real U+FFFD takes three bytes.
    pub(super) fn is_half(self) -> bool {
        self.letter == char::REPLACEMENT_CHARACTER && self.length == 2
    }
}

/// Whether a letter may stand in a property name without quotes.
pub(super) fn is_identifier(letter: char) -> bool {
    letter == '_' || letter == '$' || letter.is_alphanumeric()
}
