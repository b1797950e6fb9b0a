//! Bytes to values and back, one folder or file per format, each an interpreter of a contract that knows no vendor.
//! Readers never fail as a whole: like the framework they collect errors at member paths and hand over what they
//! could read. Writers refuse what the framework's serializer throws at (an undefined enum number in XML).

pub mod bson;
pub mod charset;
pub mod convert;
pub mod data_contract;
pub mod form;
pub mod json;
pub mod untyped;
pub mod xml;
pub mod xml_serializer;

use crate::contract::Value;
pub use charset::Charset;

/// The framework's limit on nesting, for every reader.
pub const MAX_DEPTH: usize = 256;

/// chosen: how many items the lists of a body hold in all; the framework knows no end of them. A few bytes can ask for
/// an item that takes hundreds.
pub const MAX_ITEMS: usize = 1_000_000;

/// chosen: how many errors of a body are told; after that many, the rest of it is not read.
pub const MAX_ERRORS: usize = 100_000;

/// Bytes to read, with the charset that the request's Content-Type chose (utf-8 when it names none or an unknown one).
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    /// The bytes as they came.
    pub bytes: &'a [u8],
    /// The declared charset.
    pub charset: Charset,
    /// How deep containers may nest.
    pub depth: usize,
}

impl<'a> Body<'a> {
    /// Bytes to read with the framework's limit on nesting.
    #[must_use]
    pub fn new(bytes: &'a [u8], charset: Charset) -> Body<'a> {
        Body { bytes, charset, depth: MAX_DEPTH }
    }
}

/// What came of reading a body.
#[derive(Debug, Default)]
pub struct Reading {
    /// The value, perhaps half filled; `Value::Null` when nothing could be read or the body said null.
    pub value: Value,
    /// What went wrong, in the order in which it was met.
    pub errors: Vec<ReadError>,
    /// What the real service does silently.
    pub notes: Vec<Note>,
}

/// An error of a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Member path below the body parameter, e.g. `ResourceIDs.Foo`, `AccessTypes[1]`, `[0].Roles`; "" for the body.
    pub path: String,
    /// The text.
    pub message: String,
    /// An exception's text shows only with error details on; a conversion text of the model binder always.
    pub exception: bool,
}

impl ReadError {
    /// An error that the framework raises as an exception.
    pub fn exception(path: impl Into<String>, message: impl Into<String>) -> ReadError {
        ReadError { path: path.into(), message: message.into(), exception: true }
    }

    /// An error whose text every client sees.
    pub fn text(path: impl Into<String>, message: impl Into<String>) -> ReadError {
        ReadError { path: path.into(), message: message.into(), exception: false }
    }
}

/// Something the real service does without telling (spec/control.md §5, "Advice").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// A stable code, e.g. `xml.member-out-of-order`.
    pub code: &'static str,
    /// A sentence that names the member.
    pub message: String,
}

/// A value that the framework's serializer throws at; the answer becomes a 500.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WriteError(pub String);

/// How JSON writes enum values; dictionary keys are names either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnumStyle {
    /// `StringEnumConverter`: names, numbers only where there is no name.
    Names,
    /// Json.NET's default: numbers.
    Numbers,
}
