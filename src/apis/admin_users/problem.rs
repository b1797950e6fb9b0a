//! Everything the Admin users API can refuse. Business failures are in its envelope; statuses, codes and sentences are
//! chosen (docs/spec/admin-users.md §14 #4, #6).

use super::contract::{Error, GrantRefused};
use super::envelope::Envelope;
use crate::apis::authentication::Denial;
use crate::apis::{Refusal, ServerError, oauth};
use crate::contract::{Contracted, DateTime};
use crate::frameworks::webapi::{HttpError, Reply};
use http::StatusCode;
use http::header::WWW_AUTHENTICATE;

/// A business failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No user has the id.
    UserNotFound,
    /// No account has the id, or there is none at all.
    AccountNotFound,
    /// The account is nobody's sub-account.
    NotASubAccount,
    /// Another user has the name.
    UsernameInUse,
    /// A new user that signs in with a password has none.
    PasswordRequired,
    /// A number without a name, which no XML answer could carry.
    PreferencesUnknown,
}

impl Problem {
    fn parts(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Problem::UserNotFound => (StatusCode::NOT_FOUND, "UserNotFound", "The user was not found."),
            Problem::AccountNotFound => (StatusCode::NOT_FOUND, "AccountNotFound", "The account was not found."),
            Problem::NotASubAccount => {
                (StatusCode::BAD_REQUEST, "NotASubAccount", "Only a sub-account can be deactivated.")
            }
            Problem::UsernameInUse => {
                (StatusCode::BAD_REQUEST, "UsernameInUse", "The username is already in use by another user.")
            }
            Problem::PasswordRequired => {
                (StatusCode::BAD_REQUEST, "PasswordRequired", "A user without single sign-on needs a password.")
            }
            Problem::PreferencesUnknown => {
                (StatusCode::BAD_REQUEST, "PreferencesUnknown", "The preferences are not known.")
            }
        }
    }

    /// The refusal, in the envelope of the operation.
    #[must_use]
    pub fn within<E: Envelope>(self) -> Refusal {
        let (status, code, reason) = self.parts();
        let error = Error { error_code: Some(code.to_owned()), error_reason: Some(reason.to_owned()) };
        let mut reply = Reply::ok(E::failure(error));
        reply.status = status;
        reply.into()
    }
}

/// A body without a document (docs/spec/admin-users.md §14 #7).
#[must_use]
pub fn no_document() -> Reply {
    Reply::error(StatusCode::BAD_REQUEST, HttpError::message("The request is invalid."))
}

/// 401: the only status the vendor documents for a caller who may not (docs/spec/admin-users.md §4).
pub fn denied(_denial: &Denial, _now: DateTime) -> Reply {
    let error = HttpError::message("Authorization has been denied for this request.");
    Reply::error(StatusCode::UNAUTHORIZED, error).header(WWW_AUTHENTICATE, "Bearer")
}

/// Problems outside the endpoints, in the framework's words.
pub fn server_error(error: ServerError, _now: DateTime) -> Reply {
    Reply::error(error.status(), HttpError::message(error.sentence()))
}

/// Why the token endpoint issues no token, in Katana's words (docs/spec/admin-users.md §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantProblem {
    /// No client, an unknown one, or the wrong secret.
    Client,
    /// No grant type, or an unknown one.
    Type,
    /// The grant is not valid, or no longer.
    Grant,
}

impl From<GrantProblem> for Refusal {
    fn from(problem: GrantProblem) -> Refusal {
        let error = match problem {
            GrantProblem::Client => "invalid_client",
            GrantProblem::Type => "unsupported_grant_type",
            GrantProblem::Grant => "invalid_grant",
        };
        outside_formatters(StatusCode::BAD_REQUEST, GrantRefused { error: Some(error.to_owned()) }).into()
    }
}

/// JSON as Katana sends it. The headers that forbid caching are those of every answer.
#[must_use]
pub fn outside_formatters(status: StatusCode, body: impl Contracted) -> Reply {
    oauth::json_reply(status, "application/json;charset=UTF-8", body)
}
