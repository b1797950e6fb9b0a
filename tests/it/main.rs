//! One integration binary; a file per API and per capability.
//!
//! Long expected bytes are files below `tests/expected`, which tests include: one that is missing does not compile, and a
//! trailing newline counts. `.txt` is a part of a body, or a template with `{names}`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../support/mod.rs"]
mod support;

mod admin_users;
mod admin_users_accounts;
mod admin_users_resource;
mod admin_users_token;
mod application;
mod blocking;
mod bson_codec;
mod citations;
mod command_line;
mod conformance;
mod contracts;
mod control;
mod control_access;
mod control_console;
mod control_documents;
mod control_isolation;
mod control_journal;
mod control_users;
mod cors;
mod crash;
mod drift;
mod expoints;
mod expoints_token;
mod expoints_users;
mod faults;
mod fifth_api;
mod form_codec;
mod front_page;
mod fuzz_finds;
mod injection;
mod journal;
mod journal_advice;
mod json_codec;
mod json_patch;
mod kept_answers;
mod layers;
mod leaks;
mod limits_of_size;
mod limits_of_time;
mod one_user;
mod openapi;
mod oracle;
mod pbnb;
mod pbnb_access_groups;
mod pbnb_accounts;
mod pbnb_formats;
mod pbnb_roles;
mod pbnb_sign_in;
mod pbnb_users;
mod public_surface;
mod readme;
mod record;
mod reseller;
mod reseller_accounts;
mod reseller_customers;
mod reseller_sign_in;
mod reseller_users;
mod resting;
mod router;
mod secrets;
mod seed_statements;
mod seeds;
mod settings;
mod shell;
mod state_documents;
mod stopping;
mod storage_faults;
mod store;
mod store_files;
mod store_migration;
mod store_reads;
mod strict_life;
mod test_server;
mod tls;
mod tokens;
mod tokens_of_users;
mod twin;
mod unix_socket;
mod upstream;
mod whole_worlds;
mod wire;
mod worlds;
mod worlds_listed;
mod xml_codec;
