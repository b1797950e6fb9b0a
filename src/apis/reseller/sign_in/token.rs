//! `/connect/token` (docs/spec/reseller.md §3): an authorization code or a refresh token, each valid once, for an
//! access token. Every refusal is a 400 with IdentityServer's word for it. PKCE is neither required nor checked
//! (chosen).

use super::scope::Scope;
use super::{ACCESS_SECONDS, REFRESH_SECONDS, answer, error, secret};
use crate::apis::prelude::*;
use crate::apis::reseller::contract::{OAuthError, TokenRequest, Tokens};
use crate::apis::{oauth, reseller};
use crate::contract::{DateTime, TICKS_PER_SECOND};
use crate::model::Client;
use crate::store::{Grant, StoreError, Transaction};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::header::AUTHORIZATION;
use serde_json::json;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "token",
    action: Action { method: "POST", templates: &["connect/token"], parameters: &[] },
    summary: "Exchange a code or a refresh token for an access token",
    description: "A form (application/x-www-form-urlencoded) with grant_type authorization_code, code and redirect_uri, \
                  or grant_type refresh_token and refresh_token. client_id and client_secret stand in the form or in \
                  HTTP Basic.",
    provenance: Provenance::PublicDoc,
    anonymous: true,
    form: Some(TokenRequest::CLASS),
    answers: &[
        Documented::ok::<Tokens>("The tokens.", Provenance::Chosen),
        Documented::value::<OAuthError>(
            400,
            "invalid_request, invalid_client, invalid_grant, unauthorized_client or unsupported_grant_type.",
            Provenance::Chosen,
        ),
    ],
    run: |call, _| Box::pin(token(call)),
    ..Operation::NEW
};

type Form = [(String, String)];

/// The error code.
type Refused = &'static str;

async fn token(call: Call) -> Outcome {
    let Some(form) = oauth::form(&call) else { return Ok(error("invalid_request", None)) };
    // The server looks for HTTP Basic first; a client_id in the form does no harm then.
    let credentials = if call.request.headers.contains_key(AUTHORIZATION) { &[][..] } else { &form };
    let mut transaction = call.write().await?;
    let Some(client) = oauth::client(&call, credentials, reseller::API.name, &mut transaction)? else {
        return Ok(error("invalid_client", None));
    };
    let granted = match oauth::field(&form, "grant_type") {
        Some("authorization_code") => by_code(&form, &client, &mut transaction)?,
        Some("refresh_token") => by_refresh_token(&form, &client, &mut transaction)?,
        _ => Err("unsupported_grant_type"),
    };
    let reply = match granted {
        Ok((scope, until)) => answer(StatusCode::OK, tokens(&call, &client, scope, until, &mut transaction)?),
        Err(refused) => error(refused, None),
    };
    // A code or refresh token that was shown is used up even when it was refused.
    transaction.commit()?;
    Ok(reply)
}

/// The scope of a code, and until when it can be refreshed.
fn by_code(
    form: &Form,
    client: &Client,
    transaction: &mut Transaction,
) -> Result<Result<(Scope, DateTime), Refused>, StoreError> {
    let Some(code) = oauth::field(form, "code") else { return Ok(Err("invalid_grant")) };
    let (now, grant) = (transaction.now(), transaction.take_grant(reseller::API.name, code)?);
    // Only a code has an address, a refresh token has none.
    let grant = grant.filter(|grant| grant.redirect_uri.is_some());
    let Some((grant, scope)) = good(grant, client, now) else { return Ok(Err("invalid_grant")) };
    Ok(match oauth::field(form, "redirect_uri") {
        // Quirk: IdentityServer's word for a missing address.
        None => Err("unauthorized_client"),
        Some(address) if Some(address) != grant.redirect_uri.as_deref() => Err("invalid_grant"),
        Some(_) => Ok((scope, oauth::later(now, REFRESH_SECONDS))),
    })
}

fn by_refresh_token(
    form: &Form,
    client: &Client,
    transaction: &mut Transaction,
) -> Result<Result<(Scope, DateTime), Refused>, StoreError> {
    let Some(token) = oauth::field(form, "refresh_token") else { return Ok(Err("invalid_request")) };
    let (now, grant) = (transaction.now(), transaction.take_grant(reseller::API.name, token)?);
    let grant = grant.filter(|grant| grant.redirect_uri.is_none());
    Ok(good(grant, client, now).map(|(grant, scope)| (scope, grant.expires_at)).ok_or("invalid_grant"))
}

/// A grant that this client may still use.
fn good(grant: Option<Grant>, client: &Client, now: DateTime) -> Option<(Grant, Scope)> {
    let grant = grant.filter(|grant| grant.client_id == client.client_id && grant.expires_at.ticks > now.ticks)?;
    let scope = Scope::parse(grant.scope.as_deref())?;
    Some((grant, scope))
}

fn tokens(
    call: &Call,
    client: &Client,
    scope: Scope,
    until: DateTime,
    transaction: &mut Transaction,
) -> Result<Tokens, StoreError> {
    let now = transaction.now();
    let access = oauth::issue(call, reseller::API.name, ACCESS_SECONDS, transaction)?;
    let refresh = scope.refreshes().then(|| Grant {
        secret: secret(call),
        scope: Some(scope.text()),
        api: reseller::API.name,
        client_id: client.client_id.clone(),
        redirect_uri: None,
        expires_at: until,
    });
    if let Some(grant) = &refresh {
        transaction.save_grant(grant)?;
    }
    Ok(Tokens {
        id_token: scope.identifies().then(|| id_token(call, client, now)),
        access_token: Some(access.token),
        expires_in: i32::try_from(ACCESS_SECONDS).unwrap_or(i32::MAX),
        token_type: Some("Bearer".to_owned()),
        refresh_token: refresh.map(|grant| grant.secret),
        scope: Some(scope.text()),
    })
}

/// chosen: an unsigned token that names the client as its subject, because no person signed in and no keys are published.
fn id_token(call: &Call, client: &Client, now: DateTime) -> String {
    let at = (now.ticks - UNIX_EPOCH_TICKS) / TICKS_PER_SECOND;
    let header = json!({ "alg": "none", "typ": "JWT" });
    let claims = json!({
        "nbf": at, "exp": at + 300, "iss": call.request.origin, "aud": client.client_id, "iat": at,
        "sub": client.client_id,
    });
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(header), part(claims))
}

/// 1970-01-01 in ticks.
const UNIX_EPOCH_TICKS: i64 = 621_355_968_000_000_000;
