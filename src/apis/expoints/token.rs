//! `POST /{tenant}/oauth2/v2.0/token` (spec/expoints.md §2): client credentials at the identity provider that the vendor
//! names. Its answers follow that provider, Microsoft Entra, not Expoints; any tenant will do (chosen).

use super::contract::{IssuedToken, TokenRefused, TokenRequest};
use super::problem::TokenProblem;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::{Call, Outcome, oauth};
use crate::codec::{EnumStyle, json};
use crate::contract::{Contracted, Kind};
use crate::frameworks::webapi::{Action, Content, From, Parameter, Reply};
use crate::model::Api;
use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, PRAGMA};

/// Seconds for which a token is good.
const LIFETIME: i32 = 3599;
/// The one grant there is.
const GRANT: &str = "client_credentials";

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "issueToken",
    action: Action {
        method: "POST",
        templates: &["{tenant}/oauth2/v2.0/token"],
        parameters: &[Parameter {
            name: "tenant",
            kind: Kind::String,
            from: From::Uri,
            doc: "The tenant of the identity provider; any will do.",
        }],
    },
    summary: "Sign in",
    description: "OAuth 2.0 client credentials: a form with client_id, client_secret, scope and grant_type.",
    provenance: Provenance::PublicDoc,
    anonymous: true,
    form: Some(TokenRequest::CLASS),
    answers: &[
        Documented {
            status: 200,
            when: "A token.",
            content: AnswerContent::Value(IssuedToken::KIND),
            provenance: Provenance::Chosen,
        },
        Documented {
            status: 400,
            when: "A field is missing or not supported.",
            content: AnswerContent::Value(TokenRefused::KIND),
            provenance: Provenance::Chosen,
        },
        Documented {
            status: 401,
            when: "No such client, or not its secret.",
            content: AnswerContent::Value(TokenRefused::KIND),
            provenance: Provenance::Chosen,
        },
    ],
    samples: &[],
    run: |call| Box::pin(issue(call)),
};

async fn issue(call: Call) -> Outcome {
    // A body of another media type is a form without fields to the provider.
    let form = oauth::form(&call).unwrap_or_default();
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let refused = |problem: TokenProblem| reply(problem.status(), problem.told(now, call.new_id(), call.new_id()));
    let required = |name| oauth::field(&form, name).ok_or_else(|| refused(TokenProblem::Missing(name)));
    let grant = required("grant_type")?;
    if grant != GRANT {
        return Err(refused(TokenProblem::UnsupportedGrant(grant)).into());
    }
    let client = oauth::client(&call, &form, Api::Expoints, &mut transaction)?;
    if client.is_none() {
        required("client_id")?;
    }
    let scope = required("scope")?;
    if scope.split_ascii_whitespace().count() != 1 {
        return Err(refused(TokenProblem::InvalidScope(scope)).into());
    }
    if !scope.ends_with("/.default") {
        let text = format!("The scope '{scope}' does not end in '/.default'; the real provider refuses it.");
        call.advise("oauth.scope-without-default", text);
    }
    if client.is_none() {
        return Err(refused(TokenProblem::InvalidClient).into());
    }
    let token = oauth::issue(&call, Api::Expoints, LIFETIME.into(), &mut transaction)?;
    transaction.commit()?;
    let issued = IssuedToken {
        token_type: Some("Bearer".to_owned()),
        expires_in: LIFETIME,
        ext_expires_in: LIFETIME,
        access_token: Some(token.token),
    };
    Ok(reply(StatusCode::OK, issued))
}

/// The provider's answer: JSON whatever the client accepts, never to be cached.
fn reply<T: Contracted>(status: StatusCode, body: T) -> Reply {
    let mut text = String::with_capacity(256);
    // Only text with a lone surrogate cannot be written, and a decoded form holds none.
    let written = json::write(&body.into_value(), &T::KIND, EnumStyle::Numbers, &mut text);
    debug_assert!(written.is_ok());
    let content = Content::Raw("application/json; charset=utf-8", Bytes::from(text));
    let reply = Reply { status, headers: Vec::new(), content };
    reply.header(CACHE_CONTROL, "no-store, no-cache").header(PRAGMA, "no-cache")
}
