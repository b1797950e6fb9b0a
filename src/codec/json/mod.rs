//! JSON as Json.NET reads and writes it under Web API's settings.

use super::untyped::Untyped;
use super::{Body, EnumStyle, Reading, WriteError};
use crate::contract::{Kind, Value};

/// Reads a body.
#[must_use]
pub fn read(_body: Body<'_>, _kind: &Kind, _enums: EnumStyle) -> Reading {
    Reading::default()
}

/// Writes a value, compact.
///
/// # Errors
/// On text that no encoding can carry.
pub fn write(_value: &Value, _kind: &Kind, _enums: EnumStyle, _out: &mut String) -> Result<(), WriteError> {
    Ok(())
}

/// Writes a dictionary without a contract.
pub fn write_untyped(_dictionary: &Untyped, _out: &mut String) {}
