//! Everything the Reseller API can refuse, in its envelope (seed 001, spec/reseller.md §9). What the framework refuses
//! outside MVC, an unknown path or verb, has no body.

use super::contract::{Failure, timestamp};
use crate::apis::{Refusal, Trouble};
use crate::aspnetcore;
use crate::authentication::Denial;
use crate::contract::DateTime;
use crate::webapi::Reply;
use http::StatusCode;
use http::header::{ALLOW, WWW_AUTHENTICATE};

/// A business failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No account has the tenant id, or none of its users the user id.
    NotFound,
    /// The patch, or the user it would make, is not acceptable; with the text a client reads.
    Invalid(String),
}

impl Problem {
    /// The refusal at a moment.
    #[must_use]
    pub fn at(&self, now: DateTime) -> Refusal {
        match self {
            Problem::NotFound => failure(StatusCode::NOT_FOUND, "Not Found", now).into(),
            Problem::Invalid(message) => failure(StatusCode::BAD_REQUEST, message, now).into(),
        }
    }
}

/// The envelope of a failure.
fn failure(status: StatusCode, message: &str, now: DateTime) -> Reply {
    let mut reply = Reply::ok(Failure {
        error: i32::from(status.as_u16()),
        message: Some(message.to_owned()),
        status: Some("error".to_owned()),
        timestamp: Some(timestamp(now)),
    });
    reply.status = status;
    reply
}

/// What the framework itself refuses: 404 and 405 without a body, the rest in the envelope (chosen for 415,
/// spec/reseller.md §15 #23).
pub fn refused(refusal: &aspnetcore::Refusal, now: DateTime) -> Reply {
    let status = refusal.status();
    match refusal {
        aspnetcore::Refusal::MethodNotAllowed { allow } => Reply::empty(status).header(ALLOW, allow),
        aspnetcore::Refusal::NotFound => Reply::empty(status),
        aspnetcore::Refusal::UnsupportedMediaType => failure(status, "Unsupported Media Type", now),
        aspnetcore::Refusal::Invalid(_) => failure(status, refusal.message().unwrap_or("Bad Request"), now),
    }
}

/// 401 without a body; the challenge tells what was wrong with a token that came (spec/reseller.md §3). A token that is
/// good elsewhere is a token of another enterprise: no account of this one is there for it (chosen, §15 #3).
pub fn denied(denial: &Denial, now: DateTime) -> Reply {
    let challenge = match denial {
        Denial::Forbidden => return failure(StatusCode::NOT_FOUND, "Not Found", now),
        Denial::Missing => "Bearer",
        Denial::Expired => r#"Bearer error="invalid_token", error_description="The token is expired""#,
        Denial::Unknown | Denial::Revoked => r#"Bearer error="invalid_token""#,
    };
    Reply::empty(StatusCode::UNAUTHORIZED).header(WWW_AUTHENTICATE, challenge)
}

/// What went wrong outside the endpoints, in the envelope.
pub fn trouble(trouble: Trouble, now: DateTime) -> Reply {
    let message = match trouble {
        Trouble::Fault => "Internal Server Error",
        Trouble::Injected(status) => status.canonical_reason().unwrap_or("Error"),
        other => other.sentence(),
    };
    failure(trouble.status(), message, now)
}
