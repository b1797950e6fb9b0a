//! JSON tokens as Json.NET's readers give them, and the exceptions that interrupt them.

use super::primitive::Primitive;

/// The text of a .NET exception, which ends the reading of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault(pub(super) String);

/// A JSON token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// Before the first token, and after the bytes came to an end.
    None,
    StartObject,
    StartArray,
    EndObject,
    EndArray,
    Name(String),
    Null,
    Undefined,
    Value(Primitive),
}

impl Token {
    /// Json.NET's name of the token type.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Token::None => "None",
            Token::StartObject => "StartObject",
            Token::StartArray => "StartArray",
            Token::EndObject => "EndObject",
            Token::EndArray => "EndArray",
            Token::Name(_) => "PropertyName",
            Token::Null => "Null",
            Token::Undefined => "Undefined",
            Token::Value(Primitive::Int(_)) => "Integer",
            Token::Value(Primitive::Float(_)) => "Float",
            Token::Value(Primitive::Bool(_)) => "Boolean",
            Token::Value(Primitive::Text(_)) => "String",
            Token::Value(Primitive::Date(_)) => "Date",
            Token::Value(Primitive::Bytes(_) | Primitive::Guid(_)) => "Bytes",
        }
    }
}
