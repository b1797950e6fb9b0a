//! Expoints external API v3: bulk import of users, in JSON and two-namespace DataContractSerializer XML. Facts: the
//! vendor's help pages `documentation.expoints.nl/external/Help` and what its framework does.

pub mod contract;
pub mod problem;
pub mod rules;
mod samples;
pub mod users;

use super::{Api, Framework, Mount};
use crate::authentication::Transport;
use crate::codec::EnumStyle;
use crate::webapi::{Format, Formatter};

/// The API.
pub static API: Api = Api {
    name: "expoints",
    document: "expoints",
    title: "Expoints v3",
    description: "Users and roles of an Expoints customer, changed in batches that succeed or fail as a whole.",
    mounts: &[Mount { directory: "", prefix: "/external" }],
    framework: Framework::WebApi(FORMATTERS),
    transport: Transport { documented: true, header: None },
    operations: &[users::replace::OPERATION],
    denied: problem::denied,
    trouble: problem::trouble,
};

/// The documented formats; the framework's forms are left out, as the vendor's page leaves them out
/// (spec/expoints.md §3.1, chosen).
pub const FORMATTERS: &[Formatter] = &[
    Formatter { format: Format::Json(EnumStyle::Numbers), media_types: &["application/json", "text/json"] },
    Formatter { format: Format::DataContractXml, media_types: &["application/xml", "text/xml"] },
];
