//! What tests and benches that talk to a real server share: its process, the client that sends it requests, a folder
//! for its files, and waiting with a deadline. It is one folder, which `tests/it/main.rs` and `benches/harness/mod.rs`
//! each include once: a package of its own would need a workspace, and could not know the path of the binary.

#![allow(dead_code, reason = "each binary uses its part")]

pub mod client;
pub mod deadline;
pub mod folder;
pub mod planted;
pub mod process;
