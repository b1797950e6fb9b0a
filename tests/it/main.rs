//! One integration binary; a file per API and per capability.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod contracts;
mod http_client;
#[allow(dead_code)]
#[path = "../../examples/conformance/models.rs"]
mod models;
mod oracle;
mod readme;
mod shell;
