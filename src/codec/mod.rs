//! Bytes to values and back. A format is one folder with one [`Codec`] entry (two where only the style of enum values
//! differs), driven by a contract and independent of any vendor. Readers never fail as a whole: like the framework they
//! collect errors at member paths and return what they could read. Writers refuse what the framework's serializer
//! throws at (an undefined enum number in XML).

pub mod bson;
pub mod charset;
pub mod convert;
pub mod data_contract;
pub mod decimal_digit;
pub mod form;
pub mod json;
pub mod mask;
mod note;
pub mod percent;
pub mod untyped;
pub mod view;
pub mod xml;
pub mod xml_serializer;

pub use bson::BSON;
pub use charset::Charset;
pub use data_contract::DATA_CONTRACT_XML;
pub use form::FORM;
pub use json::{JSON_ENUM_NAMES, JSON_ENUM_NUMBERS};
pub use note::{Advice, Note};
pub use xml_serializer::XML_SERIALIZER_XML;

use crate::contract::{Kind, Value, ValueRef};
use chrono::NaiveDate;
use mask::Mask;
use std::fmt;
use untyped::Untyped;
use view::View;

/// Every format, in the order in which [`mask::apply`] asks whose body it has: JSON recognises anything, so it is last.
pub static ALL: &[&Codec] =
    &[&BSON, &FORM, &DATA_CONTRACT_XML, &XML_SERIALIZER_XML, &JSON_ENUM_NAMES, &JSON_ENUM_NUMBERS];

/// The framework's limit on nesting, for every reader.
pub const MAX_DEPTH: usize = 256;

/// chosen: how many items all the lists of a body may contain together; the framework has no limit. A few bytes can ask
/// for an item that takes hundreds.
pub const MAX_ITEMS: usize = 1_000_000;

/// chosen: how many errors of a body are reported; the rest of the body is not read after that.
pub const MAX_ERRORS: usize = 100_000;

/// Room for a usual answer, so that writing one allocates once.
const USUAL_LENGTH: usize = 512;

/// One format: everything that is different about it. Each is a `static`, so two are equal when they are the same one.
pub struct Codec {
    /// Its name in messages and measurements.
    pub(crate) name: &'static str,
    /// Reads a whole body into a value of a kind.
    pub(crate) read: fn(Body<'_>, &Kind) -> Reading,
    /// `None` for a format that is only read.
    pub(crate) writer: Option<Writer>,
    /// The description of its bodies for OpenAPI documents.
    pub(crate) view: View,
    /// How secrets in its bodies are hidden.
    pub(crate) mask: Mask,
}

/// Its parts for tests; only the crate itself uses them otherwise.
#[cfg(feature = "testing")]
#[allow(missing_docs)]
impl Codec {
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub fn read(&self, body: Body<'_>, kind: &Kind) -> Reading {
        (self.read)(body, kind)
    }

    pub fn writer(&self) -> Option<&Writer> {
        self.writer.as_ref()
    }

    pub fn view(&self) -> &View {
        &self.view
    }
}

/// The writing half of a [`Codec`].
#[derive(Debug)]
pub struct Writer {
    /// Writes a value of a kind. Fails where the framework's serializer throws.
    pub value: fn(ValueRef<'_>, &Kind, Charset) -> Result<Vec<u8>, WriteError>,
    /// Writes the framework's error dictionary. Fails like `value`.
    pub error: fn(&Untyped, Charset) -> Result<Vec<u8>, WriteError>,
}

impl PartialEq for Codec {
    fn eq(&self, other: &Codec) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Codec {}

/// By its name: the rest is functions.
impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Bytes to read, with the charset that the request's Content-Type chose (utf-8 when it names none or an unknown one).
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    /// The bytes as they came.
    pub bytes: &'a [u8],
    /// The declared charset.
    pub charset: Charset,
    /// How deep containers may nest.
    pub depth: usize,
    /// The day on which a time without a date falls.
    pub today: NaiveDate,
    /// The runtime that the emulated reader runs on.
    pub runtime: Runtime,
}

/// The runtime of an application, where its number parser shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Runtime {
    /// .NET Framework, on which Web API 2 runs: a number beyond double is an error (oracle: J-double-overflow).
    #[default]
    Framework,
    /// .NET Core 3.0 and later: such a number is infinite.
    Core,
}

impl<'a> Body<'a> {
    /// Bytes to read with the framework's limit on nesting, on 1970-01-01 and .NET Framework.
    #[must_use]
    pub fn new(bytes: &'a [u8], charset: Charset) -> Body<'a> {
        Body { bytes, charset, depth: MAX_DEPTH, today: NaiveDate::default(), runtime: Runtime::default() }
    }
}

/// The result of reading a body.
#[derive(Debug, Default)]
pub struct Reading {
    /// The value, perhaps half filled; `Value::Null` when nothing could be read or the body was null.
    pub value: Value,
    /// The errors, in the order in which the reader met them.
    pub errors: Vec<ReadError>,
    /// Notes of the things that the real service does silently.
    pub notes: Vec<Note>,
}

/// An error of a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Member path below the body parameter, e.g. `ResourceIDs.Foo`, `AccessTypes[1]`, `[0].Roles`; "" for the body.
    pub path: String,
    /// The text.
    pub message: String,
    /// An exception's text is only shown with error details on; a conversion text of the model binder always.
    pub exception: bool,
    /// Whether the framework's text contains half a surrogate pair, with which no answer can be written.
    pub ill_formed: bool,
}

impl ReadError {
    /// An error that the framework raises as an exception.
    pub fn exception(path: impl Into<String>, message: impl Into<String>) -> ReadError {
        ReadError { path: path.into(), message: message.into(), exception: true, ill_formed: false }
    }

    /// An error whose text every client sees.
    pub fn text(path: impl Into<String>, message: impl Into<String>) -> ReadError {
        ReadError { path: path.into(), message: message.into(), exception: false, ill_formed: false }
    }
}

/// A value that the framework's serializer throws at; the answer becomes a 500.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WriteError(pub String);

/// How a format writes enum values; dictionary keys are names either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnumStyle {
    /// `StringEnumConverter`: names, numbers only where there is no name.
    Names,
    /// Json.NET's default: numbers.
    Numbers,
}

/// The bytes of a text that a writer fills.
fn text_in(charset: Charset, write: impl FnOnce(&mut String) -> Result<(), WriteError>) -> Result<Vec<u8>, WriteError> {
    let mut text = String::with_capacity(USUAL_LENGTH);
    write(&mut text)?;
    Ok(charset.encode(text))
}
