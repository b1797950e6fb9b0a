//! Users, one endpoint a file.

pub mod replace;
