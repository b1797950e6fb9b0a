//! `POST /{tenant}/oauth2/v2.0/token` (docs/spec/expoints.md §2): client credentials at the identity provider that the
//! vendor names. Its answers follow that provider, Microsoft Entra, not Expoints; any tenant will do (chosen).

use super::contract::{IssuedToken, TokenRefused, TokenRequest};
use super::problem::TokenProblem;
use crate::apis::oauth;
use crate::apis::prelude::*;
use crate::contract::Contracted;
use http::StatusCode;
use http::header::{CACHE_CONTROL, PRAGMA};

/// A scope does not end in `/.default`, as the real provider requires.
pub const SCOPE_WITHOUT_DEFAULT: Advice = Advice::OfApi("oauth.scope-without-default");

/// How long a token is valid, in seconds.
const LIFETIME: i32 = 3599;
/// The only grant.
const GRANT: &str = "client_credentials";

arguments! {
    struct Arguments {
        /// Ignored: any tenant will do (chosen).
        _tenant: Option<String> = required("tenant", "The tenant of the identity provider; any will do."),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "issueToken",
    action: Action { method: "POST", templates: &["{tenant}/oauth2/v2.0/token"], parameters: Arguments::PARAMETERS },
    summary: "Sign in",
    description: "OAuth 2.0 client credentials: a form with client_id, client_secret, scope and grant_type.",
    provenance: Provenance::PublicDoc,
    anonymous: true,
    form: Some(TokenRequest::CLASS),
    answers: &[
        Documented::ok::<IssuedToken>("A token.", Provenance::Chosen),
        Documented::value::<TokenRefused>(400, "A field is missing or not supported.", Provenance::Chosen),
        Documented::value::<TokenRefused>(401, "The client is unknown, or the secret is wrong.", Provenance::Chosen),
    ],
    run: |call, _| Box::pin(issue(call)),
    ..Operation::NEW
};

async fn issue(call: Call) -> Outcome {
    // A body of another media type is a form without fields to the provider.
    let form = oauth::form(&call).unwrap_or_default();
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let refused = |problem: TokenProblem| reply(problem.status(), problem.body(now, call.new_id(), call.new_id()));
    let required = |name| oauth::field(&form, name).ok_or_else(|| refused(TokenProblem::Missing(name)));
    let grant = required("grant_type")?;
    if grant != GRANT {
        return Err(refused(TokenProblem::UnsupportedGrant(grant)).into());
    }
    let client = oauth::client(&call, &form, super::API.name, &mut transaction)?;
    if client.is_none() {
        required("client_id")?;
    }
    let scope = required("scope")?;
    if scope.split_ascii_whitespace().count() != 1 {
        return Err(refused(TokenProblem::InvalidScope(scope)).into());
    }
    if !scope.ends_with("/.default") {
        let text = format!("The scope '{scope}' does not end in '/.default'; the real provider refuses it.");
        call.advise(SCOPE_WITHOUT_DEFAULT, text);
    }
    if client.is_none() {
        return Err(refused(TokenProblem::InvalidClient).into());
    }
    let token = oauth::issue(&call, super::API.name, LIFETIME.into(), &mut transaction)?;
    transaction.commit()?;
    let issued = IssuedToken {
        token_type: Some("Bearer".to_owned()),
        expires_in: LIFETIME,
        ext_expires_in: LIFETIME,
        access_token: Some(token.token),
    };
    Ok(reply(StatusCode::OK, issued))
}

/// The provider's answer, never to be cached.
fn reply(status: StatusCode, body: impl Contracted) -> Reply {
    let reply = oauth::json_reply(status, "application/json; charset=utf-8", body);
    reply.header(CACHE_CONTROL, "no-store, no-cache").header(PRAGMA, "no-cache")
}
