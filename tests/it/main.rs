//! One integration binary; a file per API and per capability.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod contracts;
#[allow(dead_code)]
#[path = "../../examples/conformance/models.rs"]
mod models;
mod openapi;
mod oracle;
