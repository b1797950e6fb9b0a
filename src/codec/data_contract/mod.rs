//! XML as DataContractSerializer reads and writes it (spec/pbnb.md §11, spec/expoints.md §4.2). Reading matches
//! members forward only and drops silently what it does not expect; the notes tell what was dropped.

mod attributes;
mod collection;
mod object;
mod read;
mod references;
mod write;

use super::xml::fault::{Fault, Origin};
use super::xml::input;
use super::{Body, ReadError, Reading, WriteError};
use crate::contract::{Kind, Value};
use chrono::NaiveDate;

/// Reads a body; the root element must be the kind's data-contract name.
#[must_use]
pub fn read(body: Body<'_>, kind: &Kind) -> Reading {
    read_on(body, kind, NaiveDate::default())
}

/// As [`read`]; a time without a date falls on `today`.
#[must_use]
pub fn read_on(body: Body<'_>, kind: &Kind, today: NaiveDate) -> Reading {
    let document = match input::open(body) {
        Ok(document) => document,
        Err(fault) => return failed(&fault, kind),
    };
    let mut reader = read::ContractReader::new(&document, body.depth, today);
    match reader.root(kind) {
        Ok(value) => Reading { value, errors: Vec::new(), notes: reader.notes.into_notes() },
        Err(fault) => Reading { notes: reader.notes.into_notes(), ..failed(&fault, kind) },
    }
}

/// One error for the whole body, and no value.
fn failed(fault: &Fault, kind: &Kind) -> Reading {
    let message = match fault.origin {
        Origin::Reader => {
            format!("There was an error deserializing the object of type {}. {}", kind.clr_name(), fault.message)
        }
        Origin::Opening | Origin::Serializer => fault.message.clone(),
    };
    Reading { value: Value::Null, errors: vec![ReadError::exception("", message)], notes: Vec::new() }
}

/// Writes a value: no declaration, no indentation.
///
/// # Errors
/// On an enum number without a name, and on text that no encoding can carry.
pub fn write(value: &Value, kind: &Kind, out: &mut String) -> Result<(), WriteError> {
    write::document(value, kind, out)
}
