//! `POST /{tenant}/oauth2/v2.0/token` (docs/spec/expoints.md §2): client credentials at the identity provider that the
//! vendor names. Its answers follow that provider, Microsoft Entra, not Expoints. The token has the claims of the
//! provider's version 2.0.

use super::{directory, issuer};
use crate::apis::expoints::contract::{IssuedToken, TokenRefused, TokenRequest};
use crate::apis::expoints::problem::TokenProblem;
use crate::apis::prelude::*;
use crate::apis::{expoints, jwt, oauth};
use crate::contract::{Contracted, DateTime};
use crate::model::{Client, Token};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::header::{CACHE_CONTROL, PRAGMA};
use ring::digest::{SHA256, digest};
use serde_json::json;
use uuid::Uuid;

/// How long a token is valid, in seconds.
const LIFETIME: i32 = 3599;
/// The only grant.
const GRANT: &str = "client_credentials";
/// How the only scope of this grant ends.
const DEFAULT: &str = "/.default";

arguments! {
    struct Arguments {
        tenant: Option<String> = required("tenant", "The tenant of the identity provider; any will do.").example("common"),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "issueToken",
    action: Action { method: "POST", templates: &["{tenant}/oauth2/v2.0/token"], parameters: Arguments::PARAMETERS },
    summary: "Sign in",
    description: "OAuth 2.0 client credentials: a form with client_id, client_secret, scope and grant_type. The token is \
                  a JWT.",
    provenance: Provenance::PublicDoc,
    anonymous: true,
    form: Some(TokenRequest::CLASS),
    samples: &[Sample::form(
        "grant_type=client_credentials&client_id=app&client_secret=secret&scope=api%3A%2F%2Fexpoints%2F.default",
    )],
    answers: &[
        Documented::ok::<IssuedToken>("A token.", Provenance::Framework),
        Documented::value::<TokenRefused>(
            400,
            "A field is missing or not supported, the client is unknown, or the scope does not end in /.default.",
            Provenance::Framework,
        ),
        Documented::value::<TokenRefused>(401, "The secret is missing or wrong.", Provenance::Framework),
    ],
    run: |call, values| Box::pin(issue(call, values.into())),
    ..Operation::NEW
};

async fn issue(call: Call, Arguments { tenant }: Arguments) -> Outcome {
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
    let Some((id, secret)) = oauth::client_credentials(&call, &form) else {
        return Err(refused(TokenProblem::Missing("client_id")).into());
    };
    let scope = required("scope")?;
    let Some(client) = transaction.client(expoints::API.name, &id)? else {
        let tenant = tenant.as_deref().unwrap_or_default();
        return Err(refused(TokenProblem::UnknownClient { client: &id, tenant }).into());
    };
    if scope.split_ascii_whitespace().count() != 1 {
        return Err(refused(TokenProblem::InvalidScope(scope)).into());
    }
    let Some(resource) = scope.strip_suffix(DEFAULT) else {
        return Err(refused(TokenProblem::ScopeWithoutDefault(scope)).into());
    };
    if secret.is_empty() {
        return Err(refused(TokenProblem::MissingSecret).into());
    }
    if client.client_secret != secret {
        return Err(refused(TokenProblem::WrongSecret(&id)).into());
    }
    let text = access_token(&call, &client, (directory(tenant.as_deref()), resource), now).map_err(Refusal::Fault)?;
    let token = Token::new(text, expoints::API.name, oauth::later(now, LIFETIME.into())).of_client(&client);
    transaction.save_token(&token)?;
    transaction.commit_together().await?;
    let issued = IssuedToken {
        token_type: Some("Bearer".to_owned()),
        expires_in: LIFETIME,
        ext_expires_in: LIFETIME,
        access_token: Some(token.token),
    };
    Ok(reply(StatusCode::OK, issued))
}

/// A token for a resource with the provider's usual claims. The two roles are chosen: the vendor names none.
fn access_token(
    call: &Call,
    client: &Client,
    (tenant, resource): (Uuid, &str),
    now: DateTime,
) -> anyhow::Result<String> {
    let at = jwt::seconds(now);
    let principal = principal(tenant, &client.client_id).to_string();
    let role = if client.read_only { "Users.Read" } else { "Users.ReadWrite" };
    let claims = [
        ("aud", audience(resource).into()),
        ("iss", issuer(call, tenant).into()),
        ("iat", at.into()),
        ("nbf", at.into()),
        ("exp", (at + i64::from(LIFETIME)).into()),
        ("azp", client.client_id.as_str().into()),
        // With a secret, not with a certificate.
        ("azpacr", "1".into()),
        ("oid", principal.as_str().into()),
        ("roles", json!([role])),
        ("sub", principal.as_str().into()),
        ("tid", tenant.to_string().into()),
        ("uti", URL_SAFE_NO_PAD.encode(call.new_id().as_bytes()).into()),
        ("ver", "2.0".into()),
    ];
    jwt::signed("JWT", claims)
}

/// The provider names a resource by the client id in its address, if that is one; the address has to do for others.
fn audience(resource: &str) -> &str {
    let id = resource.strip_prefix("api://").filter(|id| Uuid::try_parse(id).is_ok());
    id.unwrap_or(resource)
}

/// The object that stands for a client in a tenant: the same in every run.
fn principal(tenant: Uuid, client: &str) -> Uuid {
    let hash = digest(&SHA256, format!("{tenant} {client}").as_bytes());
    let bytes = hash.as_ref().first_chunk().copied().unwrap_or_default();
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// The provider's answer, never to be cached.
fn reply(status: StatusCode, body: impl Contracted) -> Reply {
    let reply = oauth::json_reply(status, "application/json; charset=utf-8", body);
    reply.header(CACHE_CONTROL, "no-store, no-cache").header(PRAGMA, "no-cache")
}
