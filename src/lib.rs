//! usertwin: a stateful, byte-faithful stand-in for four vendors' user-management REST APIs.

pub mod aspnetcore;
pub mod codec;
pub mod contract;
pub mod patch;
pub mod webapi;
