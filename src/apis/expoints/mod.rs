//! Expoints external API v3: users in batches and lists, roles, and the endpoints of the vendor's identity provider, in
//! JSON and two-namespace DataContractSerializer XML. Facts: the vendor's help pages
//! `documentation.expoints.nl/external/Help` and what its framework does.

pub mod contract;
pub mod facet;
pub mod problem;
pub mod provider;
pub mod roles;
pub mod rules;
mod samples;
pub mod users;

use super::{Api, Framework, Mount};
use crate::apis::authentication::{self, TokenTransport};
use crate::codec;
use crate::contract::{Facet, ListItem};
use crate::frameworks::webapi::Formatter;

/// The API.
pub static API: Api = Api {
    name: "expoints",
    document: "expoints",
    title: "Expoints v3",
    description: "Users and roles of an Expoints customer, changed in batches that succeed or fail as a whole.",
    // The tenant in the provider's addresses is the vendor's; here any is taken for it (chosen, docs/spec/expoints.md §2).
    mounts: &[
        Mount { directory: "", prefix: "/external" },
        Mount { directory: "", prefix: "/*/oauth2/v2.0/token" },
        Mount { directory: "", prefix: "/*/v2.0/.well-known/openid-configuration" },
        Mount { directory: "", prefix: "/*/discovery/v2.0/keys" },
    ],
    framework: Framework::WebApi(FORMATTERS),
    facet: facet::ExpointsFacet::TYPE,
    lists: &[facet::Role::TYPE],
    advice: &[rules::ALL_ROLES_REMOVED],
    transport: TokenTransport { documented: true, header: None, scope: None },
    address_of_user: users::list::address,
    operations: &[
        users::list::OPERATION,
        users::create::OPERATION,
        users::replace::OPERATION,
        roles::OPERATION,
        provider::token::OPERATION,
        provider::discovery::OPERATION,
        provider::keys::OPERATION,
    ],
    // chosen: the vendor says of nobody that they see or change only a part.
    permits: authentication::everything,
    denied: problem::denied,
    server_error: problem::server_error,
};

/// The documented formats; the framework's forms are left out, as the vendor's page leaves them out
/// (docs/spec/expoints.md §3.1, chosen).
pub const FORMATTERS: &[Formatter] = &[
    Formatter { codec: &codec::JSON_ENUM_NUMBERS, media_types: &["application/json", "text/json"] },
    Formatter { codec: &codec::DATA_CONTRACT_XML, media_types: &["application/xml", "text/xml"] },
];
