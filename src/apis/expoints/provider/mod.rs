//! The identity provider in front of the API, Microsoft Entra (docs/spec/expoints.md §2): tokens for client credentials,
//! and what verifies them. Any tenant will do, and all stand for the vendor's (chosen).

pub mod discovery;
pub mod keys;
pub mod token;

use crate::apis::oauth;
use crate::apis::prelude::*;
use crate::contract::Contracted;
use http::StatusCode;
use http::header::CACHE_CONTROL;
use uuid::Uuid;

/// The vendor's own tenant, for which every name of one stands.
const DIRECTORY: Uuid = Uuid::from_u128(0x2c7b_1b62_7d5b_46a9_bc46_ab51_bfcb_07d8);

/// The tenant that tokens and documents name for the one in an address.
fn directory(tenant: Option<&str>) -> Uuid {
    tenant.and_then(|tenant| Uuid::try_parse(tenant).ok()).unwrap_or(DIRECTORY)
}

/// The issuer of a tenant's tokens, at the address that the client uses.
fn issuer(call: &Call, directory: Uuid) -> String {
    format!("{}/{directory}/v2.0", call.request.origin)
}

/// A document that clients may keep for a day, as the provider's may.
fn document(body: impl Contracted) -> Reply {
    let reply = oauth::json_reply(StatusCode::OK, "application/json; charset=utf-8", body);
    reply.header(CACHE_CONTROL, "max-age=86400, private")
}
