//! `/connect/token` (docs/spec/reseller.md §3): an authorization code or a refresh token, each valid once, for an
//! access token. Every refusal is a 400 with IdentityServer's word for it. The access token and the id token are
//! signed, with the claims that IdentityServer writes by default.

use super::scope::Scope;
use super::{ACCESS_SECONDS, API_SCOPE, REFRESH_SECONDS, answer, error, proof, secret};
use crate::apis::prelude::*;
use crate::apis::reseller::contract::{OAuthError, TokenRequest, Tokens};
use crate::apis::reseller::facet::ResellerFacet;
use crate::apis::{jwt, oauth, reseller};
use crate::contract::{DateTime, Facet};
use crate::model::{Client, Token, User};
use crate::store::{Grant, GrantedBy, StoreError, Transaction};
use http::StatusCode;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};

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

/// What was granted, and to whom.
struct Granted {
    scope: Scope,
    /// Until when it can be refreshed.
    until: DateTime,
    /// The user who signed in; `None` where the client stands for itself.
    user: Option<User>,
    nonce: Option<String>,
}

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
        Ok(granted) => answer(StatusCode::OK, tokens(&call, &client, &granted, &mut transaction)?),
        Err(refused) => error(refused, None),
    };
    // A code or refresh token that was shown is used up even when it was refused.
    transaction.commit_together().await?;
    Ok(reply)
}

fn by_code(
    form: &Form,
    client: &Client,
    transaction: &mut Transaction,
) -> Result<Result<Granted, Refused>, StoreError> {
    let Some(code) = oauth::field(form, "code") else { return Ok(Err("invalid_grant")) };
    let grant = transaction.take_grant(reseller::API.name, code)?;
    // Only a code has an address, a refresh token has none.
    let grant = grant.filter(|grant| grant.redirect_uri.is_some() && is_good(grant, client, transaction.now()));
    let Some(grant) = grant else { return Ok(Err("invalid_grant")) };
    match oauth::field(form, "redirect_uri") {
        // Quirk: IdentityServer's word for a missing address.
        None => return Ok(Err("unauthorized_client")),
        Some(address) if Some(address) != grant.redirect_uri.as_deref() => return Ok(Err("invalid_grant")),
        Some(_) => {}
    }
    if !proof::holds(grant.proof.as_ref(), oauth::field(form, "code_verifier")) {
        return Ok(Err("invalid_grant"));
    }
    let until = oauth::later(transaction.now(), REFRESH_SECONDS);
    granted(grant, until, transaction)
}

fn by_refresh_token(
    form: &Form,
    client: &Client,
    transaction: &mut Transaction,
) -> Result<Result<Granted, Refused>, StoreError> {
    let Some(token) = oauth::field(form, "refresh_token") else { return Ok(Err("invalid_request")) };
    let grant = transaction.take_grant(reseller::API.name, token)?;
    let grant = grant.filter(|grant| grant.redirect_uri.is_none() && is_good(grant, client, transaction.now()));
    let Some(grant) = grant else { return Ok(Err("invalid_grant")) };
    let until = grant.expires_at;
    granted(grant, until, transaction)
}

/// Whether this client may still use a grant.
fn is_good(grant: &Grant, client: &Client, now: DateTime) -> bool {
    grant.client_id == client.client_id && grant.expires_at.ticks > now.ticks
}

/// What a grant is good for, unless the user who signed in is gone.
fn granted(
    grant: Grant,
    until: DateTime,
    transaction: &mut Transaction,
) -> Result<Result<Granted, Refused>, StoreError> {
    let Some(scope) = Scope::parse(grant.scope.as_deref()) else { return Ok(Err("invalid_grant")) };
    let mut user = None;
    if let Some(by) = grant.user {
        let found = transaction.user_of(ResellerFacet::TYPE, by.user)?.map(|found| found.shared);
        user = found.filter(|found| by.is(found));
        if user.is_none() {
            return Ok(Err("invalid_grant"));
        }
    }
    Ok(Ok(Granted { scope, until, user, nonce: grant.nonce }))
}

fn tokens(call: &Call, client: &Client, granted: &Granted, transaction: &mut Transaction) -> Result<Tokens, Refusal> {
    let (now, scope) = (transaction.now(), granted.scope);
    let access = access_token(call, client, granted, now).map_err(Refusal::Fault)?;
    let identity = match scope.identifies() {
        true => Some(id_token(call, client, granted, (&access, now)).map_err(Refusal::Fault)?),
        false => None,
    };
    let refresh = scope.refreshes().then(|| secret(call));
    if let Some(secret) = &refresh {
        let grant = Grant::new(secret.clone(), reseller::API.name, client.client_id.clone(), granted.until);
        let user = granted.user.as_ref().map(GrantedBy::new);
        transaction.save_grant(&Grant { scope: Some(scope.text()), user, ..grant })?;
    }
    let token = Token::new(access, reseller::API.name, oauth::later(now, ACCESS_SECONDS)).of_client(client);
    let token = Token { scope: Some(scope.text()), ..token };
    let token = match &granted.user {
        Some(user) => token.of_user(user),
        None => token,
    };
    transaction.save_token(&token)?;
    Ok(Tokens {
        id_token: identity,
        access_token: Some(token.token),
        expires_in: i32::try_from(ACCESS_SECONDS).unwrap_or(i32::MAX),
        token_type: Some("Bearer".to_owned()),
        refresh_token: refresh,
        scope: Some(scope.text()),
    })
}

/// The claims of both tokens about who signed in: a client that stands for itself is its own subject (chosen).
fn identity(client: &Client, granted: &Granted, at: i64) -> [(&'static str, Value); 4] {
    let subject = granted.user.as_ref().map_or_else(|| client.client_id.clone(), |user| user.id.to_string());
    [("sub", subject.into()), ("auth_time", at.into()), ("idp", "local".into()), ("amr", json!(["pwd"]))]
}

fn access_token(call: &Call, client: &Client, granted: &Granted, now: DateTime) -> anyhow::Result<String> {
    let (at, scopes) = (jwt::seconds(now), granted.scope.text());
    let mut claims =
        vec![("nbf", at.into()), ("exp", (at + ACCESS_SECONDS).into()), ("iss", call.request.origin.as_str().into())];
    if granted.scope.reaches_the_api() {
        claims.push(("aud", API_SCOPE.into()));
    }
    claims.push(("client_id", client.client_id.as_str().into()));
    claims.extend(identity(client, granted, at));
    claims.extend([
        ("jti", call.new_id().simple().to_string().to_ascii_uppercase().into()),
        ("iat", at.into()),
        ("scope", scopes.split(' ').map(Value::from).collect()),
    ]);
    jwt::signed("at+jwt", claims)
}

fn id_token(
    call: &Call,
    client: &Client,
    granted: &Granted,
    (access, now): (&str, DateTime),
) -> anyhow::Result<String> {
    let at = jwt::seconds(now);
    let mut claims = vec![
        ("nbf", at.into()),
        ("exp", (at + ID_SECONDS).into()),
        ("iss", call.request.origin.as_str().into()),
        ("aud", client.client_id.as_str().into()),
    ];
    claims.extend(granted.nonce.as_deref().map(|nonce| ("nonce", nonce.into())));
    claims.extend([("iat", at.into()), ("at_hash", jwt::half_hash(access).into())]);
    claims.extend(identity(client, granted, at));
    jwt::signed("JWT", claims)
}

/// How long an id token is valid, in seconds.
const ID_SECONDS: i64 = 300;
