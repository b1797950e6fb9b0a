//! PBNB accounts (accessmylan): an envelope around every answer, in JSON, text/javascript, DataContractSerializer XML
//! and BSON. Facts: the vendor's help pages `https://www.accessmylan.com/pbnb/Help` and what its framework does.

pub mod contract;
pub mod envelope;
pub mod problem;
pub mod rules;
mod samples;
pub mod sign_in;
pub mod user_defaults;
pub mod users;

use super::{Api, Framework, Mount};
use crate::apis::authentication::Transport;
use crate::codec::EnumStyle;
use crate::frameworks::webapi::{Format, Formatter};

/// The API.
pub static API: Api = Api {
    name: "pbnb",
    document: "pbnb",
    title: "PBNB accounts",
    description: "Users of a PBNB account, each answer in an envelope that also tells success or failure.",
    mounts: &[Mount { directory: "", prefix: "/v1" }, Mount { directory: "/pbnb", prefix: "" }],
    framework: Framework::WebApi(FORMATTERS),
    // chosen: the vendor publishes no token transport (spec/pbnb.md §16 #1).
    transport: Transport { documented: false, header: Some("AuthToken") },
    operations: &[
        users::get::OPERATION,
        users::patch::OPERATION,
        users::delete::OPERATION,
        users::list::OPERATION,
        users::create::OPERATION,
        users::paged::OPERATION,
        users::roles::OPERATION,
        users::assign_role::OPERATION,
        users::remove_role::OPERATION,
        user_defaults::get::OPERATION,
        user_defaults::set::OPERATION,
        sign_in::account::OPERATION,
        sign_in::delegated::OPERATION,
        sign_in::channel::OPERATION,
    ],
    denied: problem::denied,
    trouble: problem::trouble,
};

/// The vendor's formatters in their order (spec/pbnb.md §5.1).
pub const FORMATTERS: &[Formatter] = &[
    Formatter { format: Format::Json(EnumStyle::Names), media_types: &["application/json", "text/json"] },
    Formatter { format: Format::Json(EnumStyle::Numbers), media_types: &["text/javascript"] },
    Formatter { format: Format::DataContractXml, media_types: &["application/xml", "text/xml"] },
    Formatter { format: Format::Form, media_types: &["application/x-www-form-urlencoded"] },
    Formatter { format: Format::Bson, media_types: &["application/bson"] },
];
