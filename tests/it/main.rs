//! One integration binary; a file per API and per capability.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../../examples/conformance/app.rs"]
mod app;
mod bson_codec;
mod conformance;
mod contracts;
#[path = "../../examples/conformance/fixtures.rs"]
mod fixtures;
mod form_codec;
mod json_codec;
mod json_patch;
#[allow(dead_code)]
#[path = "../../examples/conformance/models.rs"]
mod models;
mod oracle;
mod xml_codec;
