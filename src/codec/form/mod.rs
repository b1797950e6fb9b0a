//! Forms as `JQueryMvcFormUrlEncodedFormatter` and the model binder read them. There is no writer.

pub mod pairs;
pub mod scalar;

use super::{Body, Reading};
use crate::contract::Kind;

/// Reads a body.
#[must_use]
pub fn read(_body: Body<'_>, _kind: &Kind) -> Reading {
    Reading::default()
}
