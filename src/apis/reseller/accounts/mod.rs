//! Accounts: the reseller tenants of an enterprise, one endpoint per file (docs/spec/reseller.md §7.1).

pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod metrics;
pub mod patch;
