//! Users of an account tenant, one endpoint a file.

pub mod patch;
