//! BSON as Json.NET reads and writes it under Web API's settings (spec/pbnb.md §5.5, oracle/README.md fact 27).
//! `tokens` is Json.NET's token reader over a `cursor`, `populate` its serializer that fills a contract from tokens,
//! `write` the way back. Element types come from the `bson` crate; its documents do not fit, because .NET reads
//! documents that the BSON specification forbids and writes Guids that it reads as others.

mod cursor;
mod message;
mod populate;
mod position;
mod primitive;
mod token;
mod tokens;
mod typed;
mod write;

use super::untyped::Untyped;
use super::{Body, Reading, WriteError};
use crate::contract::{Kind, Value};

/// Reads a body. A list is read from an array document, whatever its keys.
#[must_use]
pub fn read(body: Body<'_>, kind: &Kind) -> Reading {
    populate::read(body, kind)
}

/// Writes a value; null writes nothing, a scalar is wrapped in `{"Value": …}`.
///
/// # Errors
/// On text that no encoding can carry.
pub fn write(value: &Value, kind: &Kind, out: &mut Vec<u8>) -> Result<(), WriteError> {
    write::write(value, kind, out)
}

/// Writes a dictionary without a contract.
pub fn write_untyped(dictionary: &Untyped, out: &mut Vec<u8>) {
    write::write_untyped(dictionary, out);
}
