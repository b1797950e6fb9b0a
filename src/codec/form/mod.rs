//! Forms as `JQueryMvcFormUrlEncodedFormatter` and the model binder read them. There is no writer.

mod bind;
pub mod pairs;
pub mod scalar;
mod values;

use super::{Body, Note, ReadError, Reading};
use crate::contract::Kind;
use values::Values;

/// chosen: fields of a form, because each takes much more memory than the two bytes it may be sent as.
pub const MAX_FIELDS: usize = 100_000;

/// chosen: advice on this many ignored fields is enough, and a body of nothing else stays cheap.
const MAX_NOTES: usize = 100;

/// Reads a body. The charset does not matter: the framework takes any form for utf-8.
#[must_use]
pub fn read(body: Body<'_>, kind: &Kind) -> Reading {
    let values = match Values::of(body.bytes, body.depth) {
        Ok(values) => values,
        Err(message) => return Reading { errors: vec![ReadError::exception("", message)], ..Reading::default() },
    };
    let (value, errors) = bind::bind(&values, kind);
    let note = |name: &str| Note {
        code: "form.unknown-field",
        message: format!("The field '{name}' belongs to no member and was ignored."),
    };
    Reading { value: value.unwrap_or_default(), errors, notes: values.unused().take(MAX_NOTES).map(note).collect() }
}
