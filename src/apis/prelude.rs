//! The imports of every endpoint's file; `use crate::apis::prelude::*` imports exactly this list.

/// The arguments: the macro that declares them, and the sources of one.
pub use super::arguments::{Source, body, optional, required};
pub use crate::arguments;

/// The types that an endpoint receives and returns, and the advice that it notes.
pub use super::call::{Call, Outcome, Refusal};
pub use crate::codec::Advice;
pub use crate::frameworks::webapi::Reply;

/// Its row in the table of operations.
pub use super::operation::{Documented, Operation, Provenance, Sample};
pub use crate::frameworks::webapi::Action;
