//! Sockets: the connections of a server with their limits, and the way it is served and stopped.

pub mod connections;
pub mod server;
