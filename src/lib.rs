//! usertwin: a stateful, byte-faithful stand-in for four vendors' user-management REST APIs.

pub mod clock;
pub mod codec;
pub mod contract;
pub mod ids;
pub mod state;
pub mod store;
pub mod webapi;
