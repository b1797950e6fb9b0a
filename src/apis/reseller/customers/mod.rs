//! Customers: the tenants below an account, one endpoint per file (docs/spec/reseller.md §7.2, §16.1).

pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod patch;
pub mod users;
