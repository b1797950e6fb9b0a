//! Users of an account tenant, one endpoint per file (docs/spec/reseller.md §6).

pub mod activate;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod patch;
