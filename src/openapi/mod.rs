//! OpenAPI 3.1 documents, interpreted from contracts and operation tables.

pub mod control;

use crate::apis::Api;

/// An API's document as JSON text, with a newline at the end.
#[must_use]
pub fn text(_api: &Api) -> String {
    String::new()
}
