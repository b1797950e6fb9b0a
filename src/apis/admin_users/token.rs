//! `POST /Token`: client credentials and refresh, in the wire format of Katana's OAuth server
//! (docs/spec/admin-users.md §4). Katana reads the form whatever its Content-Type is, and answers outside the API's
//! formatters.

use super::contract::{GrantRefused, Granted, TokenRequest};
use super::problem::{GrantProblem, outside_formatters};
use crate::apis::oauth;
use crate::apis::prelude::*;
use crate::codec::form::pairs;
use crate::model::Client;
use crate::store::{Grant, StoreError, Transaction};
use http::StatusCode;

/// Eight hours, as the vendor documents.
const TOKEN_SECONDS: i64 = 8 * 60 * 60;
/// Quirk: a token's end is kept in whole seconds and the rest is cut off, so that clients see one second less
/// (docs/spec/admin-users.md §4).
const SHOWN_SECONDS: i32 = 28_799;
/// Fourteen days (chosen).
const REFRESH_SECONDS: i64 = 14 * 24 * 60 * 60;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "token",
    action: Action { method: "POST", templates: &["Token"], parameters: &[] },
    summary: "Get an access token",
    description: "Speaks JSON and nothing else. Takes a form with `grant_type=client_credentials`, `client_id` and `client_secret`, or with \
                  `grant_type=refresh_token`, the client and `refresh_token`; the client may also be sent as HTTP Basic. \
                  The token is good for eight hours, the refresh token once within fourteen days (chosen).",
    provenance: Provenance::PublicDoc,
    anonymous: true,
    form: Some(TokenRequest::CLASS),
    samples: &[Sample::form("grant_type=client_credentials&client_id=app&client_secret=secret")],
    answers: &[
        Documented::ok::<Granted>("The token.", Provenance::Framework),
        Documented::value::<GrantRefused>(
            400,
            "`invalid_client`, `unsupported_grant_type` or `invalid_grant`.",
            Provenance::Framework,
        ),
    ],
    run: |call, _| Box::pin(token(call)),
    ..Operation::NEW
};

async fn token(call: Call) -> Outcome {
    let form = pairs::parse(&call.request.body);
    let mut transaction = call.write().await?;
    let Some(client) = oauth::client(&call, &form, super::API.name, &mut transaction)? else {
        return Err(GrantProblem::Client.into());
    };
    match oauth::field(&form, "grant_type") {
        Some("client_credentials") => {}
        Some("refresh_token") => {
            if !redeemed(oauth::field(&form, "refresh_token"), &client, &mut transaction)? {
                return Err(GrantProblem::Grant.into());
            }
        }
        // Katana knows these two and asks the application, which has neither users' passwords nor codes to offer.
        Some("password" | "authorization_code") => return Err(GrantProblem::Grant.into()),
        _ => return Err(GrantProblem::Type.into()),
    }
    let now = transaction.now();
    let token = oauth::token(&call, super::API.name, TOKEN_SECONDS, now).of_client(&client);
    transaction.save_token(&token)?;
    let end = oauth::later(now, REFRESH_SECONDS);
    let refresh = Grant::new(oauth::secret(&call), super::API.name, client.client_id, end);
    transaction.save_grant(&refresh)?;
    transaction.commit_together().await?;
    let granted = Granted {
        access_token: Some(token.token),
        token_type: Some("bearer".to_owned()),
        expires_in: SHOWN_SECONDS,
        refresh_token: Some(refresh.secret),
    };
    Ok(outside_formatters(StatusCode::OK, granted))
}

/// Whether a refresh token is the client's and still valid; it is used up then. One of another client stays untouched,
/// because nothing is committed.
fn redeemed(secret: Option<&str>, client: &Client, transaction: &mut Transaction) -> Result<bool, StoreError> {
    let Some(secret) = secret else { return Ok(false) };
    let grant = transaction.take_grant(super::API.name, secret)?;
    let now = transaction.now();
    Ok(grant.is_some_and(|grant| grant.client_id == client.client_id && grant.expires_at.ticks > now.ticks))
}
