//! One integration binary; a file per API and per capability.

mod contracts;
#[allow(dead_code)]
#[path = "../../examples/conformance/models.rs"]
mod models;
mod oracle;
