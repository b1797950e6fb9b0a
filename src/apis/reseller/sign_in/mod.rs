//! Sign-in at the vendor's authorization server (spec/reseller.md §3): authorization code and refresh. The vendor
//! publishes the two addresses and the parameters; everything else is what IdentityServer, whose addresses they are,
//! does by default (chosen).

pub mod authorize;
mod scope;
pub mod token;

use super::contract::OAuthError;
use crate::codec::{EnumStyle, json};
use crate::contract::Contracted;
use crate::frameworks::aspnetcore::Refusal;
use crate::frameworks::webapi::{Content, Reply};
use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, PRAGMA};

/// How long an access token is good, in seconds.
pub const ACCESS_SECONDS: i64 = 3600;
/// How long an authorization code waits, in seconds.
pub const CODE_SECONDS: i64 = 300;
/// How long refreshing can go on after a sign-in, in seconds: a refresh token's successor inherits its end.
pub const REFRESH_SECONDS: i64 = 2_592_000;

/// What the server says to a verb it does not take, and to an address it does not have; `None` for the API's own.
#[must_use]
pub fn refused(refusal: &Refusal, path: &str) -> Option<Reply> {
    let path = path.to_ascii_lowercase();
    let endpoint = path.strip_prefix("/connect/")?;
    let at_token = endpoint.strip_suffix('/').unwrap_or(endpoint) == "token";
    Some(match refusal {
        // quirk: the token endpoint answers a wrong verb like any other bad request (IdentityServer4 TokenEndpoint).
        Refusal::MethodNotAllowed { .. } if at_token => error("invalid_request", None),
        // quirk: and the other one answers without saying which verbs it takes (AuthorizeEndpoint).
        other => Reply::empty(other.status()),
    })
}

/// A refusal: always 400.
fn error(code: &str, description: Option<&str>) -> Reply {
    let body = OAuthError { error: Some(code.to_owned()), error_description: description.map(str::to_owned) };
    answer(StatusCode::BAD_REQUEST, body)
}

/// JSON that must not be cached, under the server's own spelling of the content type.
fn answer<T: Contracted>(status: StatusCode, body: T) -> Reply {
    let mut text = String::new();
    // A fault only for text that no encoding carries, which a request cannot hold.
    if json::write(&body.into_value(), &T::KIND, EnumStyle::Names, &mut text).is_err() {
        return Reply::empty(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let content = Content::Raw("application/json; charset=UTF-8", Bytes::from(text));
    uncached(Reply { status, headers: Vec::new(), content })
}

fn uncached(reply: Reply) -> Reply {
    reply.header(CACHE_CONTROL, "no-store, no-cache, max-age=0").header(PRAGMA, "no-cache")
}
