//! Who is calling: finds the token in a request and asks the world whether it is good. What a refusal looks like is
//! each API's own business.

use crate::apis::Api;
use crate::config::AuthMode;
use crate::model::TokenState;
use crate::store::{Store, StoreError, WorldName};
use http::HeaderMap;
use http::header::AUTHORIZATION;

/// How a token comes to an API.
#[derive(Debug, Clone, Copy)]
pub struct Transport {
    /// Whether the vendor documents that a token must be there.
    pub documented: bool,
    /// A header that may carry the bare token beside `Authorization: Bearer`.
    pub header: Option<&'static str>,
}

/// Why a request was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// No token, or one of another scheme.
    Missing,
    /// A token that the world does not know, in strict mode.
    Unknown,
    /// A token that was good once.
    Expired,
    /// A token that was taken back.
    Revoked,
    /// A good token that may not use this API.
    Forbidden,
}

/// Lets a request in or tells why not.
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
    // Only a token is worth a question to the database.
    let mut transaction = store.read(world).await?;
    let Some(known) = transaction.token(token)? else {
        return Ok(if mode == AuthMode::Strict { Err(Denial::Unknown) } else { Ok(()) });
    };
    let concerns = known.apis.as_ref().is_none_or(|apis| apis.iter().any(|known| known.name() == api.name));
    if known.expires_at.is_some_and(|end| end.ticks <= transaction.now().ticks) {
        return Ok(Err(Denial::Expired));
    }
    Ok(match known.state {
        // A token issued for one API is a stranger to the others.
        TokenState::Valid if !concerns && mode == AuthMode::Strict => Err(Denial::Unknown),
        TokenState::Valid => Ok(()),
        TokenState::Expired => Err(Denial::Expired),
        TokenState::Revoked => Err(Denial::Revoked),
        TokenState::Forbidden if concerns => Err(Denial::Forbidden),
        TokenState::Forbidden => Ok(()),
    })
}

/// The token of a request: `Bearer` without regard to case, trimmed, an empty one counting as none.
fn token_of(headers: &HeaderMap, transport: Transport) -> Option<&str> {
    let own = transport.header.and_then(|name| headers.get(name)).and_then(|value| value.to_str().ok());
    let bearer = || {
        let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("Bearer").then_some(token)
    };
    own.or_else(bearer).map(str::trim).filter(|token| !token.is_empty())
}
