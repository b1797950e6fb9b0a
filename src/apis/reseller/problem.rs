//! Everything the Reseller API can refuse, in its envelope (seed 001, docs/spec/reseller.md §9). A refusal outside MVC,
//! of an unknown path or verb, has no body.

use super::contract::{Failure, timestamp};
use super::sign_in;
use super::view::with_context;
use crate::apis::authentication::Denial;
use crate::apis::{Refusal, ServerError};
use crate::contract::DateTime;
use crate::frameworks::aspnetcore;
use crate::frameworks::webapi::Reply;
use http::StatusCode;
use http::header::{ALLOW, WWW_AUTHENTICATE};

/// A business failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No account has the tenant id, or none of its users the user id.
    NotFound,
    /// The body, the patch, or what it would make, is not acceptable; with the text a client reads.
    Invalid(String),
    /// The account has a user with the e-mail address.
    UserAlreadyExists,
    /// Only the tenant in which a user was first created may do this.
    TenantNotPrimary,
}

impl Problem {
    /// The refusal at a moment.
    #[must_use]
    pub fn at(&self, now: DateTime) -> Refusal {
        let bad = StatusCode::BAD_REQUEST;
        let reply = match self {
            Problem::NotFound => failure(StatusCode::NOT_FOUND, None, "Not Found", now),
            Problem::Invalid(message) => failure(bad, None, message, now),
            // chosen (docs/spec/reseller.md §15 #7): nothing is published about a repeated e-mail address.
            Problem::UserAlreadyExists => {
                let message = "A user with this email already exists in this tenant.";
                failure(bad, Some("UserAlreadyExists"), message, now)
            }
            Problem::TenantNotPrimary => {
                failure(bad, Some("TenantNotPrimary"), "This is not the primary tenant for this User.", now)
            }
        };
        reply.into()
    }
}

/// The envelope of a failure.
fn failure(status: StatusCode, code: Option<&str>, message: &str, now: DateTime) -> Reply {
    let mut reply = Reply::ok(Failure {
        error: i32::from(status.as_u16()),
        error_code: code.map(str::to_owned),
        message: Some(message.to_owned()),
        status: Some("error".to_owned()),
        timestamp: Some(timestamp(now)),
    });
    reply.status = status;
    with_context(reply)
}

/// The refusals of the framework itself: 404 and 405 without a body, the rest in the envelope (chosen for 415,
/// docs/spec/reseller.md §15 #23). The sign-in endpoints belong to another server, which has its own way.
pub fn refused(refusal: &aspnetcore::Refusal, path: &str, now: DateTime) -> Reply {
    if let Some(reply) = sign_in::refused(refusal, path) {
        return reply;
    }
    let status = refusal.status();
    match refusal {
        aspnetcore::Refusal::MethodNotAllowed { allow } => with_context(Reply::empty(status).header(ALLOW, allow)),
        aspnetcore::Refusal::NotFound => with_context(Reply::empty(status)),
        aspnetcore::Refusal::UnsupportedMediaType => failure(status, None, "Unsupported Media Type", now),
        aspnetcore::Refusal::Invalid(_) => failure(status, None, refusal.message().unwrap_or("Bad Request"), now),
    }
}

/// 401 without a body; the challenge names what is wrong with the token, if one was sent (docs/spec/reseller.md §3). A
/// token that is valid elsewhere belongs to another enterprise: it finds no account of this one, as a caller finds nothing
/// that is out of reach (chosen, docs/spec/reseller.md §15 #3).
pub fn denied(denial: &Denial, now: DateTime) -> Reply {
    let challenge = match denial {
        Denial::Forbidden | Denial::OtherAccount | Denial::RoleMissing => {
            return failure(StatusCode::NOT_FOUND, None, "Not Found", now);
        }
        Denial::Missing => "Bearer",
        // The scope decides which audience the authorization server writes into a token.
        Denial::OtherScope => r#"Bearer error="invalid_token", error_description="The audience is invalid""#,
        Denial::Expired => r#"Bearer error="invalid_token", error_description="The token is expired""#,
        Denial::Unknown | Denial::Revoked | Denial::UserGone => r#"Bearer error="invalid_token""#,
    };
    with_context(Reply::empty(StatusCode::UNAUTHORIZED).header(WWW_AUTHENTICATE, challenge))
}

/// Problems outside the endpoints, in the envelope.
pub fn server_error(error: ServerError, now: DateTime) -> Reply {
    let message = match error {
        ServerError::Fault => "Internal Server Error",
        ServerError::Injected(status) => status.canonical_reason().unwrap_or("Error"),
        other => other.sentence(),
    };
    failure(error.status(), None, message, now)
}
