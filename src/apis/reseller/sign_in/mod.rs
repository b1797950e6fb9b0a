//! Sign-in at the vendor's authorization server (docs/spec/reseller.md §3): authorization code and refresh, and what
//! verifies the tokens. The vendor publishes two addresses, the parameters, and that the access token is a JWT; everything
//! else is what IdentityServer, whose addresses they are, does by default (chosen).

pub mod authorize;
pub mod discovery;
pub mod keys;
mod proof;
mod scope;
pub mod token;

pub use scope::API_SCOPE;

use super::contract::OAuthError;
use crate::apis::{Call, oauth};
use crate::contract::Contracted;
use crate::frameworks::aspnetcore::Refusal;
use crate::frameworks::webapi::Reply;
use http::StatusCode;
use http::header::{CACHE_CONTROL, PRAGMA};

/// How long an access token is valid, in seconds.
pub const ACCESS_SECONDS: i64 = 3600;
/// How long an authorization code is valid, in seconds.
pub const CODE_SECONDS: i64 = 300;
/// How long refreshing can go on after a sign-in, in seconds: a refresh token's successor inherits its end.
pub const REFRESH_SECONDS: i64 = 2_592_000;

/// The refusal of an unknown verb or address of the authorization server; `None` for those of the API itself.
#[must_use]
pub fn refused(refusal: &Refusal, path: &str) -> Option<Reply> {
    let path = path.to_ascii_lowercase();
    if path.starts_with("/.well-known/") {
        return Some(Reply::empty(refusal.status()));
    }
    let endpoint = path.strip_prefix("/connect/")?;
    let at_token = endpoint.strip_suffix('/').unwrap_or(endpoint) == "token";
    Some(match refusal {
        // Quirk: the token endpoint answers a wrong verb like any other bad request (IdentityServer4 TokenEndpoint).
        Refusal::MethodNotAllowed { .. } if at_token => error("invalid_request", None),
        // Quirk: and the other one answers without a list of its verbs (AuthorizeEndpoint).
        other => Reply::empty(other.status()),
    })
}

/// A refusal: always 400.
fn error(code: &str, description: Option<&str>) -> Reply {
    let body = OAuthError { error: Some(code.to_owned()), error_description: description.map(str::to_owned) };
    answer(StatusCode::BAD_REQUEST, body)
}

/// A document that the server forbids nobody to keep.
fn document(body: impl Contracted) -> Reply {
    oauth::json_reply(StatusCode::OK, "application/json; charset=UTF-8", body)
}

/// JSON that must not be cached.
fn answer(status: StatusCode, body: impl Contracted) -> Reply {
    uncached(oauth::json_reply(status, "application/json; charset=UTF-8", body))
}

/// A new secret in the server's form: 64 hexadecimal digits and the suffix of that encoding (IdentityServer4
/// DefaultGrantStore).
fn secret(call: &Call) -> String {
    format!("{}-1", oauth::secret(call).to_ascii_uppercase())
}

fn uncached(reply: Reply) -> Reply {
    reply.header(CACHE_CONTROL, "no-store, no-cache, max-age=0").header(PRAGMA, "no-cache")
}
