//! What the token endpoints share: the form a client posts, issuing a token that ends by the world's clock, and the
//! JSON that OAuth answers with. Which grants there are and what a refusal says is each API's own business.

use super::Call;
use crate::codec::form::pairs;
use crate::contract::{DateTime, TICKS_PER_SECOND};
use crate::frameworks::webapi::{Content, Reply};
use crate::model::{Api, Client, Token, TokenState};
use crate::store::{StoreError, Transaction};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA};

/// The fields of a posted form, or `None` when the body is no form.
#[must_use]
pub fn form(call: &Call) -> Option<Vec<(String, String)>> {
    let content_type = call.request.headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let media_type = content_type.split(';').next()?.trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return None;
    }
    Some(pairs::parse(&call.request.body))
}

/// The first value of a field; an empty one counts as none.
#[must_use]
pub fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
}

/// The client that a form, or HTTP Basic, names with the right secret.
///
/// # Errors
/// Faults of the store.
pub fn client(
    call: &Call,
    form: &[(String, String)],
    api: Api,
    transaction: &mut Transaction,
) -> Result<Option<Client>, StoreError> {
    let basic = call.request.headers.get(AUTHORIZATION).and_then(|value| basic(value.to_str().ok()?));
    let posted = || Some((field(form, "client_id")?.to_owned(), field(form, "client_secret").unwrap_or("").to_owned()));
    let Some((id, secret)) = posted().or(basic) else { return Ok(None) };
    Ok(transaction.client(api, &id)?.filter(|client| client.client_secret == secret))
}

/// A new token for an API, good for a number of seconds.
///
/// # Errors
/// Faults of the store.
pub fn issue(call: &Call, api: Api, seconds: i64, transaction: &mut Transaction) -> Result<Token, StoreError> {
    let token = Token {
        token: secret(call),
        state: TokenState::Valid,
        apis: Some(vec![api]),
        expires_at: Some(later(transaction.now(), seconds)),
    };
    transaction.save_token(&token)?;
    Ok(token)
}

/// A text that nobody can foresee, unless identifiers are repeatable.
#[must_use]
pub fn secret(call: &Call) -> String {
    format!("{}{}", call.new_id().simple(), call.new_id().simple())
}

/// A moment some seconds later.
#[must_use]
pub fn later(now: DateTime, seconds: i64) -> DateTime {
    DateTime { ticks: now.ticks.saturating_add(seconds.saturating_mul(TICKS_PER_SECOND)), ..now }
}

/// An OAuth answer: JSON that must not be cached.
#[must_use]
pub fn answer(status: StatusCode, content_type: &'static str, body: &serde_json::Value) -> Reply {
    let content = Content::Raw(content_type, Bytes::from(body.to_string()));
    let reply = Reply { status, headers: Vec::new(), content };
    reply.header(CACHE_CONTROL, "no-store").header(PRAGMA, "no-cache")
}

/// Id and secret of HTTP Basic.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
