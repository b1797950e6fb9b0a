//! What the tokenizer hands over: Json.NET's `JsonToken` with its value, and the reader's states.

use crate::contract::DateTime;
use std::borrow::Cow;

/// A token with its value. The text of a property name stands in the reader's current position.
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

/// Where the tokenizer stands between two tokens.
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

/// What a scalar is asked to be while it is tokenized: the same characters give other tokens and other errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    Any,
    Int32,
    Boolean,
    String,
    DateTime,
}
