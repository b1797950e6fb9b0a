//! The common part of both XML serializers: the nodes of the framework's XML reader (`reader` with `tag`, over `input`)
//! and the steps over them (`content`), simple values from text (`scalar`), and the framework's writer (`writer`).

pub(super) mod chars;
pub(super) mod content;
pub(super) mod fault;
pub(super) mod input;
pub(super) mod mask;
mod names;
pub(super) mod reader;
pub(super) mod scalar;
mod tag;
mod text;
pub(super) mod writer;

pub use mask::markup_end;
pub use writer::write_untyped;

/// Namespace of `i:nil` and `i:type`.
pub(super) const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Whether a body is XML, by its first character: the content type of a request may be wrong.
pub(super) fn recognises(_: &str, first: Option<char>) -> bool {
    first == Some('<')
}
