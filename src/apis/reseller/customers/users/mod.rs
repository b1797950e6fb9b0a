//! Users of a customer, one endpoint per file (docs/spec/reseller.md §7.2, §16.2).

pub mod activate;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod patch;
pub mod welcome;
