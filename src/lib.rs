//! usertwin: a stateful, byte-faithful stand-in for four vendors' user-management REST APIs.
//!
//! # Layout, in reading order
//! - [`apis`]: the four APIs, one folder each, every endpoint a file; a table of operations is the whole surface.
//! - [`contract`]: wire types as data; [`codec`]: formats as interpreters of them.
//! - [`webapi`], [`aspnetcore`]: the two emulated frameworks; [`patch`]: .NET's JSON Patch dialect.
//! - [`store`]: every SQL statement; [`state`]: the documents a world starts from and is exported to.
//! - [`gateway`], [`address`], [`authentication`]: the way of an API request; [`control`]: our own API.
//! - [`journal`]: what was asked and answered, with advice; [`faults`]: what tests ask to go wrong.
//! - [`connections`], [`request_body`]: the limits of what a client may ask for in bytes, time and connections.
//! - [`server`], [`app`], [`config`], [`cli`]: the process; [`clock`], [`ids`]: the only sources of time and ids.
//! - [`TestServer`]: the whole of it inside a Rust test.
//! - [`openapi`]: the documents, interpreted from the same contracts and tables.

pub mod address;
pub mod apis;
pub mod app;
pub mod aspnetcore;
pub mod authentication;
pub mod cli;
pub mod clock;
pub mod codec;
pub mod config;
pub mod connections;
pub mod contract;
pub mod control;
pub mod faults;
pub mod gateway;
pub mod ids;
pub mod journal;
pub mod openapi;
pub mod patch;
pub mod request_body;
pub mod server;
pub mod state;
pub mod store;
mod test_server;
pub mod webapi;

pub use test_server::TestServer;
