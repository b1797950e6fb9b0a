//! The common part of the token endpoints: the posted form, the client, a token that expires by the world's clock, and
//! the JSON of the answer. The grants and the wording of refusals are up to each API.

use super::Call;
use super::authentication::credentials;
use crate::codec::form::pairs;
use crate::codec::{EnumStyle, json};
use crate::contract::{Contracted, DateTime, TICKS_PER_SECOND};
use crate::frameworks::webapi::{Content, Reply};
use crate::model::{Client, Token};
use crate::store::{StoreError, Transaction};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};

/// The fields of a posted form, or `None` when the body is not a form.
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

/// The client of a form or of HTTP Basic, if the secret is right.
///
/// # Errors
/// Faults of the store.
pub fn client(
    call: &Call,
    form: &[(String, String)],
    api: &'static str,
    transaction: &mut Transaction,
) -> Result<Option<Client>, StoreError> {
    let Some((id, secret)) = client_credentials(call, form) else { return Ok(None) };
    Ok(transaction.client(api, &id)?.filter(|client| client.client_secret == secret))
}

/// Id and secret in a form or in HTTP Basic, right or wrong.
#[must_use]
pub fn client_credentials(call: &Call, form: &[(String, String)]) -> Option<(String, String)> {
    let posted = || Some((field(form, "client_id")?.to_owned(), field(form, "client_secret").unwrap_or("").to_owned()));
    posted().or_else(|| basic(&call.request.headers))
}

/// A new opaque token for an API, valid for the given number of seconds. It is not stored yet: first it is given its
/// holder, see [`Token::of_client`] and [`Token::of_user`].
#[must_use]
pub fn token(call: &Call, api: &'static str, seconds: i64, now: DateTime) -> Token {
    Token::new(secret(call), api, later(now, seconds))
}

/// An unguessable text, unless identifiers are repeatable.
#[must_use]
pub fn secret(call: &Call) -> String {
    format!("{}{}", call.new_id().simple(), call.new_id().simple())
}

/// The given number of seconds later.
#[must_use]
pub fn later(now: DateTime, seconds: i64) -> DateTime {
    DateTime { ticks: now.ticks.saturating_add(seconds.saturating_mul(TICKS_PER_SECOND)), ..now }
}

/// JSON as a token endpoint writes it, whatever the client accepts, under the server's own spelling of the content type.
#[must_use]
pub fn json_reply<T: Contracted>(status: StatusCode, content_type: &'static str, body: T) -> Reply {
    let mut text = String::with_capacity(256);
    // Only text with a lone surrogate cannot be written, and neither a decoded form nor a generated secret contains one.
    if json::write(body.value(), &T::KIND, EnumStyle::Names, &mut text).is_err() {
        return Reply::empty(StatusCode::INTERNAL_SERVER_ERROR);
    }
    Reply {
        status,
        headers: Vec::new(),
        content: Content::Raw(HeaderValue::from_static(content_type), Bytes::from(text)),
    }
}

/// Id and secret of HTTP Basic.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = credentials(headers, "Basic")?;
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
