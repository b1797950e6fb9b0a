//! XML as XmlSerializer reads and writes it (spec/admin-users.md §8). Members come in any order, the first of two
//! counts, and what is unknown is passed over.

mod read;
mod write;

use super::xml::fault::Origin;
use super::xml::input;
use super::{Body, ReadError, Reading, WriteError};
use crate::contract::{Kind, Value};
use chrono::NaiveDate;

/// Reads a body; the root element must be the kind's XmlSerializer name in no namespace.
#[must_use]
pub fn read(body: Body<'_>, kind: &Kind) -> Reading {
    read_on(body, kind, NaiveDate::default())
}

/// As [`read`]; a time without a date falls on `today`.
#[must_use]
pub fn read_on(body: Body<'_>, kind: &Kind, today: NaiveDate) -> Reading {
    let failed =
        |message| Reading { value: Value::Null, errors: vec![ReadError::exception("", message)], notes: Vec::new() };
    let document = match input::open(body) {
        Ok(document) => document,
        Err(fault) => return failed(fault.message),
    };
    let mut reader = read::SerializerReader::new(&document, body.depth, today);
    let outcome = reader.root(kind);
    let (line, position) = reader.position();
    let notes = reader.into_notes();
    match outcome {
        Ok(value) => Reading { value, errors: Vec::new(), notes },
        Err(fault) if fault.origin == Origin::Opening => Reading { notes, ..failed(fault.message) },
        Err(_) => Reading { notes, ..failed(format!("There is an error in XML document ({line}, {position}).")) },
    }
}

/// Writes a value: no declaration, no indentation.
///
/// # Errors
/// On an enum number without a name, and on text that no encoding can carry.
pub fn write(value: &Value, kind: &Kind, out: &mut String) -> Result<(), WriteError> {
    // The text of the exception that wraps the cause; the cause shows nowhere.
    write::document(value, kind, out)
        .map_err(|_| WriteError("There was an error generating the XML document.".to_owned()))
}
