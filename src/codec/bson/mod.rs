//! BSON as Json.NET reads and writes it under Web API's settings (docs/spec/pbnb.md §5.5, tests/oracle/README.md #27).
//! `reader` is Json.NET's token reader, `populate` its serializer that fills a contract from tokens, `write` the way
//! back. Element types come from the `bson` crate; its documents do not fit, because .NET reads documents that the BSON
//! specification forbids and writes Guids that it reads as others.

mod extended;
mod mask;
mod populate;
mod position;
mod primitive;
mod reader;
mod write;

pub use extended::extended_json;
pub use mask::value_extent;

use super::mask::Mask;
use super::untyped::Untyped;
use super::view::{Layout, Nulls, View};
use super::{Body, Codec, EnumStyle, Reading, USUAL_LENGTH, WriteError, Writer};
use crate::contract::{Kind, ValueRef};

/// BSON.
pub static BSON: Codec = Codec {
    name: "bson",
    read,
    // Quirk: BSON ignores the charset that its own header names (oracle: cn-acs-utf16-bson).
    writer: Some(Writer {
        value: |value, kind, _| {
            let mut bytes = Vec::with_capacity(USUAL_LENGTH);
            write(value, kind, &mut bytes).map(|()| bytes)
        },
        error: |error, _| {
            let mut bytes = Vec::with_capacity(USUAL_LENGTH);
            write_untyped(error, &mut bytes);
            Ok(bytes)
        },
    }),
    view: View {
        layout: Layout::Tree,
        enums: EnumStyle::Numbers,
        members: |plan| plan.json.clone(),
        nulls: Nulls::Any,
        defaults_count: false,
        binary: Some(
            "A BSON document of the shape in `x-schema`; identifiers are binary values of subtype 4 in .NET's byte \
             order.",
        ),
    },
    mask: Mask::Bytes { named: "bson", hide: mask::hide },
};

/// Reads a body. A list is read from an array document, whatever its keys.
#[must_use]
pub fn read(body: Body<'_>, kind: &Kind) -> Reading {
    populate::read(body, kind)
}

/// Writes a value; null writes nothing, a scalar is wrapped in `{"Value": …}`.
///
/// # Errors
/// On text that no encoding can carry.
pub fn write<'v>(value: impl Into<ValueRef<'v>>, kind: &Kind, out: &mut Vec<u8>) -> Result<(), WriteError> {
    write::write(value.into(), kind, out)
}

/// Writes a dictionary without a contract.
pub fn write_untyped(dictionary: &Untyped, out: &mut Vec<u8>) {
    write::write_untyped(dictionary, out);
}
