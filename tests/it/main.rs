//! One integration binary; a file per API and per capability.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../../examples/conformance/app.rs"]
mod app;
#[path = "../../examples/conformance/fixtures.rs"]
mod fixtures;
#[allow(dead_code)]
#[path = "../../examples/conformance/models.rs"]
mod models;

#[allow(dead_code, reason = "the benches use more of it")]
#[path = "../../benches/harness/client.rs"]
mod client;
#[path = "../../benches/harness/folder.rs"]
mod folder;

mod admin_users;
mod admin_users_resource;
mod admin_users_token;
mod bson_codec;
mod command_line;
mod conformance;
mod contracts;
mod control;
mod control_access;
mod control_documents;
mod control_isolation;
mod crash;
mod expoints;
mod expoints_token;
mod expoints_users;
mod faults;
mod form_codec;
mod fuzz_finds;
mod http_client;
mod injection;
mod journal;
mod journal_advice;
mod json_codec;
mod json_patch;
mod layers;
mod leaks;
mod limits_of_size;
mod limits_of_time;
mod openapi;
mod oracle;
mod pbnb;
mod pbnb_formats;
mod pbnb_roles;
mod pbnb_sign_in;
mod pbnb_users;
mod readme;
mod reseller;
mod reseller_accounts;
mod reseller_sign_in;
mod reseller_users;
mod seeds;
mod served;
mod shell;
mod state_documents;
mod stopping;
mod storage_faults;
mod store;
mod store_files;
mod store_reads;
mod twin;
mod wire;
mod worlds;
mod xml_codec;
