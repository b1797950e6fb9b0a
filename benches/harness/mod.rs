//! What the benches that talk to a server over a socket share: its process and what that takes from the machine, a
//! client that sends one request at a time, and a world of any size. Servers stand on core 0 and the client on core 1.

pub mod batch;
pub mod client;
pub mod process;
pub mod world;
