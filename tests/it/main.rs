//! One integration binary; a file per API and per capability.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod bson_codec;
mod contracts;
mod form_codec;
#[allow(dead_code)]
#[path = "../../examples/conformance/models.rs"]
mod models;
mod oracle;
