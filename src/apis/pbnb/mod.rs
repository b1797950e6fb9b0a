//! PBNB accounts (accessmylan): an envelope around every answer, in JSON, text/javascript, DataContractSerializer XML
//! and BSON. Facts: the vendor's help pages `https://www.accessmylan.com/pbnb/Help` and what its framework does.

pub mod access_groups;
pub mod accounts;
pub mod contract;
pub mod envelope;
pub mod facet;
pub mod problem;
pub mod rules;
mod samples;
pub mod sign_in;
pub mod user_defaults;
pub mod users;

use super::{Api, Framework, Mount};
use crate::apis::authentication::TokenTransport;
use crate::codec;
use crate::contract::{Facet, ListItem};
use crate::frameworks::webapi::Formatter;

/// The API.
pub static API: Api = Api {
    name: "pbnb",
    document: "pbnb",
    title: "PBNB accounts",
    description: "Users of a PBNB account, its defaults and access groups, each answer in an envelope that also reports success or \
                  failure.",
    mounts: &[Mount { directory: "", prefix: "/v1" }, Mount { directory: "/pbnb", prefix: "" }],
    framework: Framework::WebApi(FORMATTERS),
    facet: facet::PbnbFacet::TYPE,
    lists: &[facet::Account::TYPE, facet::Role::TYPE, facet::AccessGroup::TYPE],
    advice: &[
        rules::MEMBER_NOT_UPDATABLE,
        rules::PASSWORD_INFO_REPLACED,
        rules::PATCH_FORMAT_DOUBTFUL,
        sign_in::NOT_AN_ADMINISTRATOR,
        sign_in::NO_APP_ID,
        sign_in::PASSWORD_OF_SSO_USER,
    ],
    // chosen: the vendor publishes no token transport (docs/spec/pbnb.md §16 #1).
    transport: TokenTransport { documented: false, header: Some("AuthToken"), scope: None },
    address_of_user: users::get::address,
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
        accounts::get::OPERATION,
        accounts::detail::OPERATION,
        accounts::patch_detail::OPERATION,
        accounts::quota_defaults::OPERATION,
        accounts::set_quota_defaults::OPERATION,
        access_groups::list::OPERATION,
        access_groups::named::OPERATION,
        access_groups::of_user::OPERATION,
        access_groups::get::OPERATION,
        access_groups::delete::OPERATION,
        access_groups::members::OPERATION,
        access_groups::remove_member::OPERATION,
        sign_in::account::OPERATION,
        sign_in::delegated::OPERATION,
        sign_in::channel::OPERATION,
    ],
    permits: rules::reaches,
    denied: problem::denied,
    server_error: problem::server_error,
};

/// The vendor's formatters in their order (docs/spec/pbnb.md §5.1).
pub const FORMATTERS: &[Formatter] = &[
    Formatter { codec: &codec::JSON_ENUM_NAMES, media_types: &["application/json", "text/json"] },
    Formatter { codec: &codec::JSON_ENUM_NUMBERS, media_types: &["text/javascript"] },
    Formatter { codec: &codec::DATA_CONTRACT_XML, media_types: &["application/xml", "text/xml"] },
    Formatter { codec: &codec::FORM, media_types: &["application/x-www-form-urlencoded"] },
    Formatter { codec: &codec::BSON, media_types: &["application/bson"] },
];
