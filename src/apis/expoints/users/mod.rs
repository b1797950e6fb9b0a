//! Users, one endpoint a file.

pub mod create;
pub mod list;
pub mod replace;
