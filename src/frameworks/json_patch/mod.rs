//! .NET's dialect of JSON Patch (Microsoft.AspNetCore.JsonPatch over Json.NET) in front of the `json-patch` crate. The
//! library is far from RFC 6902 (docs/spec/reseller.md §11, §13): it reads operations leniently, ignores case, resolves
//! paths against the properties of a class and converts values to their types. Here the class is a [`Model`]; each
//! operation is resolved and normalised, and `json_patch::patch` makes the change.
//!
//! A document applies as a whole or not at all: the library itself leaves earlier changes in memory, which no client
//! can see because the caller does not save.

mod apply;
mod budget;
mod convert;
mod display;
mod document;
mod lenient;
mod metadata;
mod path;

use crate::contract::Kind;
pub use document::{Document, MALFORMED};
#[cfg(feature = "testing")]
pub use lenient::MAX_DEPTH;

/// The class that a document patches, as data.
#[derive(Debug)]
pub struct Model {
    /// The CLR name, which shows in a few texts about malformed operations.
    pub clr_name: &'static str,
    /// Its properties.
    pub properties: &'static [Property],
}

/// A property of a [`Model`].
#[derive(Debug)]
pub struct Property {
    /// The JSON name; paths match it without case.
    pub name: &'static str,
    /// Its type. Objects and dictionaries can be addressed but have no convertible value.
    pub kind: Kind,
    /// Whether it has a setter.
    pub writable: bool,
}

impl Model {
    /// The property that a path segment names.
    fn property(&self, segment: &str) -> Option<&'static Property> {
        self.properties.iter().find(|property| property.name.eq_ignore_ascii_case(segment))
    }
}

/// Why a document was not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// The library's own error, whose text the client reads with a 400.
    #[error("{0}")]
    Refused(String),
    /// An uncaught exception, a 500 of the real service; the text is the exception's type.
    #[error("{0}")]
    Unhandled(Exception),
}

/// An exception of the library that nothing catches. As text, the name of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Exception {
    /// An operation without a path.
    #[error("ArgumentNullException")]
    ArgumentNull,
    /// `-` where a list has no element for it.
    #[error("ArgumentOutOfRangeException")]
    ArgumentOutOfRange,
    /// A target that is not an object.
    #[error("InvalidOperationException")]
    InvalidOperation,
    /// An operation that is null.
    #[error("NullReferenceException")]
    NullReference,
}
