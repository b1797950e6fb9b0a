//! Reseller accounts (myreports.cloud): account tenants, their customers and the users of both, changed by JSON Patch, JSON
//! only, and the sign-in in front of them. Facts: the vendor's API reference and what its framework, ASP.NET Core with Newtonsoft's JSON, does.

pub mod accounts;
pub mod contract;
pub mod customers;
mod documented;
pub mod facet;
mod mail;
pub mod problem;
pub mod rules;
mod samples;
pub mod sign_in;
mod tenant;
pub mod users;
mod view;

use super::{Api, Framework, Mount};
use crate::apis::authentication::TokenTransport;
use crate::contract::{Facet, ListItem};

/// The API.
pub static API: Api = Api {
    name: "reseller",
    document: "reseller",
    title: "Reseller accounts",
    description: "A reseller's account tenants, their customers, and the users of both.",
    mounts: &[
        Mount { directory: "/api", prefix: "/v1.0" },
        Mount { directory: "", prefix: "/v1.0" },
        // The vendor's authorization server, which has a host of its own.
        Mount { directory: "", prefix: "/connect" },
        Mount { directory: "", prefix: "/.well-known/openid-configuration" },
    ],
    framework: Framework::AspNetCore(problem::refused),
    facet: facet::ResellerFacet::TYPE,
    lists: &[facet::Account::TYPE, facet::Customer::TYPE],
    advice: &[rules::REPLACES_ALL_ROLES, rules::EXISTING_USER_ATTACHED, rules::ROLE_NOT_PUBLISHED],
    transport: TokenTransport { documented: true, header: None, scope: Some(sign_in::API_SCOPE) },
    address_of_user: users::get::address,
    operations: &[
        users::list::OPERATION,
        users::get::OPERATION,
        users::create::OPERATION,
        users::patch::OPERATION,
        users::delete::OPERATION,
        users::activate::OPERATION,
        accounts::list::OPERATION,
        accounts::get::OPERATION,
        accounts::create::OPERATION,
        accounts::patch::OPERATION,
        accounts::delete::OPERATION,
        accounts::metrics::OPERATION,
        customers::list::OPERATION,
        customers::get::OPERATION,
        customers::create::OPERATION,
        customers::patch::OPERATION,
        customers::delete::OPERATION,
        customers::users::list::OPERATION,
        customers::users::get::OPERATION,
        customers::users::create::OPERATION,
        customers::users::patch::OPERATION,
        customers::users::delete::OPERATION,
        customers::users::activate::OPERATION,
        customers::users::welcome::OPERATION,
        sign_in::authorize::GET,
        sign_in::authorize::POST,
        sign_in::token::OPERATION,
        sign_in::discovery::OPERATION,
        sign_in::keys::OPERATION,
    ],
    permits: rules::callers::permits,
    denied: problem::denied,
    server_error: problem::server_error,
};
