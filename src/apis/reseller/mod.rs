//! Reseller accounts (myreports.cloud): users of account tenants, changed by JSON Patch, JSON only. Facts: the vendor's
//! API reference and what its framework, ASP.NET Core with Newtonsoft's JSON, does.

pub mod contract;
pub mod problem;
pub mod rules;
mod samples;
pub mod users;

use super::{Api, Framework, Mount};
use crate::authentication::Transport;

/// The API.
pub static API: Api = Api {
    name: "reseller",
    document: "reseller",
    title: "Reseller accounts",
    description: "Users of a reseller's account tenants.",
    mounts: &[Mount { directory: "/api", prefix: "/v1.0" }, Mount { directory: "", prefix: "/v1.0" }],
    framework: Framework::AspNetCore(problem::refused),
    transport: Transport { documented: true, header: None },
    operations: &[users::patch::OPERATION],
    denied: problem::denied,
    trouble: problem::trouble,
};
