//! Who is calling: finds the token in a request and looks up in the world whether it is good. Each API words its own
//! denials.

use crate::apis::Api;
use crate::config::AuthMode;
use crate::model::TokenState;
use crate::store::{Store, StoreError, WorldName};
use http::HeaderMap;
use http::header::AUTHORIZATION;

/// How requests carry their token.
#[derive(Debug, Clone, Copy)]
pub struct TokenTransport {
    /// Whether the vendor documents that a token is required.
    pub documented: bool,
    /// A header that may carry the bare token instead of `Authorization: Bearer`.
    pub header: Option<&'static str>,
}

/// Why a request was denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// No token, or another authentication scheme.
    Missing,
    /// A token that is not listed in the world, in strict mode.
    Unknown,
    /// A token whose time is over.
    Expired,
    /// A token that was revoked.
    Revoked,
    /// A valid token that may not use this API.
    Forbidden,
}

/// Admits a request, or returns why it is denied.
///
/// # Errors
/// The outer error is the store's, the inner the denial.
pub async fn check(
    headers: &HeaderMap,
    api: &Api,
    mode: AuthMode,
    (store, world): (&Store, &WorldName),
) -> Result<Result<(), Denial>, StoreError> {
    let Some(token) = token_of(headers, api.transport) else {
        let needed = api.transport.documented || mode == AuthMode::Strict;
        return Ok(if needed { Err(Denial::Missing) } else { Ok(()) });
    };
    // Without a token the database is not asked.
    let mut transaction = store.read(world).await?;
    let Some(known) = transaction.token(token)? else {
        return Ok(if mode == AuthMode::Strict { Err(Denial::Unknown) } else { Ok(()) });
    };
    let concerns = known.apis.as_ref().is_none_or(|apis| apis.contains(&api.name));
    if known.expires_at.is_some_and(|end| end.ticks <= transaction.now().ticks) {
        return Ok(Err(Denial::Expired));
    }
    Ok(match known.state {
        // A token issued for one API is unknown to the others.
        TokenState::Valid if !concerns && mode == AuthMode::Strict => Err(Denial::Unknown),
        TokenState::Valid => Ok(()),
        TokenState::Expired => Err(Denial::Expired),
        TokenState::Revoked => Err(Denial::Revoked),
        TokenState::Forbidden if concerns => Err(Denial::Forbidden),
        TokenState::Forbidden => Ok(()),
    })
}

/// The credentials after a scheme in `Authorization`, the scheme compared without case; untrimmed.
#[must_use]
pub fn credentials<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let (sent, credentials) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    sent.eq_ignore_ascii_case(scheme).then_some(credentials)
}

/// The token of a request, trimmed; an empty one counts as none.
fn token_of(headers: &HeaderMap, transport: TokenTransport) -> Option<&str> {
    let own = transport.header.and_then(|name| headers.get(name)).and_then(|value| value.to_str().ok());
    own.or_else(|| credentials(headers, "Bearer")).map(str::trim).filter(|token| !token.is_empty())
}
