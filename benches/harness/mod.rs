//! What the benches that talk to a server over a socket share: its process and what that takes from the machine, a
//! client that sends one request at a time, a world of any size, and requests for it.

pub mod batch;
pub mod client;
pub mod folder;
pub mod process;
pub mod random;
pub mod workload;
pub mod world;
