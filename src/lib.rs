//! usertwin: a stateful, byte-faithful stand-in for four vendors' user-management REST APIs.
//!
//! # Layout, in reading order
//! - [`apis`]: the four APIs, one folder each, every endpoint a file; a table of operations is the whole surface.
//! - [`contract`]: types as data; [`codec`]: formats as interpreters of them.
//! - [`frameworks`]: what Microsoft's code does: two generations of ASP.NET, and its JSON Patch dialect.
//! - [`model`]: a user, the document that a world starts from and is exported to, the only sources of time and ids.
//! - [`store`]: every SQL statement.
//! - [`pipeline`]: the way of an API request: world, journal, faults, framework, endpoint, answer.
//! - [`control`]: our own API.
//! - [`openapi`]: the documents, interpreted from the same contracts and tables.
//! - [`listener`]: sockets, limits, shutdown; [`config`], [`cli`]: the process.
//! - [`TestServer`]: the whole of it inside a Rust test.

pub mod apis;
pub mod cli;
pub mod codec;
pub mod config;
pub mod contract;
pub mod control;
pub mod frameworks;
pub mod listener;
pub mod model;
pub mod openapi;
pub mod pipeline;
pub mod store;
mod test_server;

pub use test_server::TestServer;
