//! Admin users (2sms customer portal): users of an account, and its sub-accounts, in an envelope, in JSON and XmlSerializer XML, forms as
//! requests. Facts: the vendor's help pages and what its framework does.

pub mod accounts;
pub mod contract;
pub mod envelope;
pub mod facet;
pub mod problem;
pub mod rules;
mod samples;
mod time_zone;
pub mod token;
pub mod users;

use super::{Api, Framework, Mount};
use crate::apis::authentication::{self, TokenTransport};
use crate::codec;
use crate::contract::{Facet, ListItem};
use crate::frameworks::webapi::Formatter;

/// The API.
pub static API: Api = Api {
    name: "adminUsers",
    document: "admin-users",
    title: "Admin users",
    description: "Users and accounts of a customer portal, managed by its administrators.",
    mounts: &[Mount { directory: "", prefix: "/api" }, Mount { directory: "", prefix: "/Token" }],
    framework: Framework::WebApi(FORMATTERS),
    facet: facet::AdminUsersFacet::TYPE,
    lists: &[facet::Account::TYPE, facet::Language::TYPE],
    advice: &[
        rules::READ_ONLY_MEMBER,
        rules::WEAK_PASSWORD,
        rules::MEMBER_CLEARED,
        rules::IGNORED_MEMBER,
        rules::UNKNOWN_LANGUAGE,
        rules::UNKNOWN_TIME_ZONE,
    ],
    transport: TokenTransport { documented: true, header: None, scope: None },
    address_of_user: users::get::address,
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
        accounts::own::OPERATION,
        accounts::get::OPERATION,
        accounts::list::OPERATION,
        accounts::create::OPERATION,
        accounts::create::OPERATION_V2,
        accounts::replace::OPERATION,
        accounts::replace::OPERATION_V2,
        accounts::deactivate::OPERATION,
        accounts::deactivate::OPERATION_V2,
        accounts::deactivate_child::OPERATION,
        token::OPERATION,
    ],
    // chosen: the vendor says of nobody that they see or change only a part.
    permits: authentication::everything,
    denied: problem::denied,
    server_error: problem::server_error,
};

/// The vendor's formatters in their order (seed 004, docs/spec/admin-users.md §5.1).
pub const FORMATTERS: &[Formatter] = &[
    Formatter { codec: &codec::JSON_ENUM_NUMBERS, media_types: &["application/json", "text/json"] },
    Formatter { codec: &codec::XML_SERIALIZER_XML, media_types: &["application/xml", "text/xml"] },
    Formatter { codec: &codec::FORM, media_types: &["application/x-www-form-urlencoded"] },
];
