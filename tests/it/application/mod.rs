//! The application that answered the observed pairs, on top of this crate's contract, codec and framework layers. The
//! example `conformance` serves it over HTTP.

pub mod app;
pub mod fixtures;
pub mod json_patch;
#[allow(dead_code, reason = "contracts are declared whole")]
pub mod models;
