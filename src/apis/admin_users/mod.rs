//! Admin users (2sms customer portal): users of an account in an envelope, in JSON and XmlSerializer XML, forms as
//! requests. Facts: the vendor's help pages and what its framework does.

pub mod contract;
pub mod envelope;
pub mod problem;
pub mod rules;
mod samples;
pub mod token;
pub mod users;

use super::{Api, Framework, Mount};
use crate::apis::authentication::Transport;
use crate::codec::EnumStyle;
use crate::frameworks::webapi::{Format, Formatter};

/// The API.
pub static API: Api = Api {
    name: "adminUsers",
    document: "admin-users",
    title: "Admin users",
    description: "Users of a customer portal, managed by its administrators.",
    mounts: &[Mount { directory: "", prefix: "/api" }, Mount { directory: "", prefix: "/Token" }],
    framework: Framework::WebApi(FORMATTERS),
    transport: Transport { documented: true, header: None },
    // In this order the verbs of an address stand in the framework's Allow.
    operations: &[
        users::list::OPERATION,
        users::create::OPERATION,
        users::get::OPERATION,
        users::replace::OPERATION,
        users::access::OPERATION,
        users::status::OPERATION,
        users::list::OPERATION_V2,
        users::get::OPERATION_V2,
        users::of_account::OPERATION,
        users::gdpr::OPERATION,
        token::OPERATION,
    ],
    denied: problem::denied,
    trouble: problem::trouble,
};

/// The vendor's formatters in their order (seed 004, spec/admin-users.md §5.1).
pub const FORMATTERS: &[Formatter] = &[
    Formatter { format: Format::Json(EnumStyle::Numbers), media_types: &["application/json", "text/json"] },
    Formatter { format: Format::XmlSerializerXml, media_types: &["application/xml", "text/xml"] },
    Formatter { format: Format::Form, media_types: &["application/x-www-form-urlencoded"] },
];
