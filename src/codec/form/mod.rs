//! Forms as `JQueryMvcFormUrlEncodedFormatter` and the model binder read them. Forms are not written.

mod bind;
pub mod mask;
pub mod pairs;
pub mod scalar;
mod values;

use super::mask::Mask;
use super::note::{Advice, Notes};
use super::view::{Layout, Nulls, View};
use super::{Body, Codec, EnumStyle, ReadError, Reading};
use crate::contract::Kind;
use values::Values;

/// Forms, which are only read.
pub static FORM: Codec = Codec {
    name: "form",
    read,
    writer: None,
    view: View {
        layout: Layout::Fields,
        enums: EnumStyle::Names,
        members: |plan| (0..plan.members.len()).collect(),
        // An empty field is null.
        nulls: Nulls::None,
        defaults_count: false,
        binary: None,
    },
    mask: Mask::Text { recognises: |content_type, _| content_type.contains("x-www-form-urlencoded"), hide: mask::hide },
};

/// chosen: fields of a form, because each takes much more memory than the two bytes it may be sent as.
pub const MAX_FIELDS: usize = 100_000;

/// Whether a field's name may be repeated in advice. A body of another format is one name to a form, with every secret
/// in it.
fn is_a_name(name: &str) -> bool {
    name.chars().all(|letter| letter.is_alphanumeric() || " _-.[]$@".contains(letter))
}

/// Reads a body. The charset does not matter: the framework takes any form for utf-8.
#[must_use]
pub fn read(body: Body<'_>, kind: &Kind) -> Reading {
    let values = match Values::parse(body.bytes, body.depth) {
        Ok(values) => values,
        Err(message) => return Reading { errors: vec![ReadError::exception("", message)], ..Reading::default() },
    };
    let (value, errors) = bind::bind(&values, kind, body.today);
    let mut notes = Notes::default();
    for name in values.unused() {
        if notes.is_full() {
            break;
        }
        notes.add(Advice::FormUnknownField, || match is_a_name(name) {
            true => format!("The field '{name}' belongs to no member and was ignored."),
            false => "A field whose name is no name of a member was ignored.".to_owned(),
        });
    }
    Reading { value: value.unwrap_or_default(), errors, notes: notes.into_vec() }
}
