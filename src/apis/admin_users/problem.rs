//! Everything the Admin users API can refuse. Business failures come in its envelope; statuses, codes and sentences are
//! chosen (spec/admin-users.md §14 #4 and #6).

use super::contract::{Error, ResponseOfUser};
use crate::apis::{Refusal, Trouble};
use crate::authentication::Denial;
use crate::contract::DateTime;
use crate::webapi::{HttpError, Reply};
use http::StatusCode;
use http::header::WWW_AUTHENTICATE;

/// A business failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No user has the id.
    UserNotFound,
    /// Another user has the name.
    UsernameInUse,
    /// The password breaks the rule.
    PasswordTooWeak,
    /// A number without a name, which no XML answer could carry.
    PreferencesUnknown,
}

impl Problem {
    fn parts(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Problem::UserNotFound => (StatusCode::NOT_FOUND, "UserNotFound", "The user was not found."),
            Problem::UsernameInUse => {
                (StatusCode::BAD_REQUEST, "UsernameInUse", "The username is already in use by another user.")
            }
            Problem::PasswordTooWeak => (
                StatusCode::BAD_REQUEST,
                "PasswordTooWeak",
                "The password must have at least six characters, among them a digit, an upper-case and a lower-case letter.",
            ),
            Problem::PreferencesUnknown => {
                (StatusCode::BAD_REQUEST, "PreferencesUnknown", "The preferences are not known.")
            }
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Refusal {
        let (status, code, reason) = problem.parts();
        let error = Error { error_code: Some(code.to_owned()), error_reason: Some(reason.to_owned()) };
        let mut reply = Reply::ok(ResponseOfUser { error: Some(error), response_data: None });
        reply.status = status;
        reply.into()
    }
}

/// A body that holds no document at all (spec/admin-users.md §14 #7).
#[must_use]
pub fn no_document() -> Reply {
    Reply::error(StatusCode::BAD_REQUEST, HttpError::message("The request is invalid."))
}

/// 401: the only status the vendor documents for a caller who may not (spec/admin-users.md §4).
pub fn denied(_denial: &Denial, _now: DateTime) -> Reply {
    let error = HttpError::message("Authorization has been denied for this request.");
    Reply::error(StatusCode::UNAUTHORIZED, error).header(WWW_AUTHENTICATE, "Bearer")
}

/// What went wrong outside the endpoints, as the framework words it.
pub fn trouble(trouble: Trouble, _now: DateTime) -> Reply {
    Reply::error(trouble.status(), HttpError::message(trouble.sentence()))
}
