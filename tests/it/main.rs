//! One integration binary; a file per API and per capability.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../../examples/conformance/app.rs"]
mod app;
#[path = "../../examples/conformance/fixtures.rs"]
mod fixtures;
#[allow(dead_code)]
#[path = "../../examples/conformance/models.rs"]
mod models;

mod admin_users;
mod bson_codec;
mod command_line;
mod conformance;
mod contracts;
mod control;
mod control_access;
mod control_documents;
mod control_isolation;
mod expoints;
mod form_codec;
mod json_codec;
mod json_patch;
mod layers;
mod oracle;
mod pbnb;
mod reseller;
mod seeds;
mod state_documents;
mod store;
mod twin;
mod worlds;
mod xml_codec;
