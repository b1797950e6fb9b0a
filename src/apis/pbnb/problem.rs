//! Everything PBNB can refuse. Business failures are a 200 with `Success: false`: the envelope exists to carry them and
//! nothing documents another status; codes and wordings are chosen (docs/spec/pbnb.md §16 #4, #5).

use crate::apis::ServerError;
use crate::apis::authentication::Denial;
use crate::contract::DateTime;
use crate::frameworks::webapi::{HttpError, Reply};
use http::StatusCode;

/// A business failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No such account.
    AccountNotFound(i32),
    /// No such user in the account.
    UserNotFound(i32),
    /// A member has a value that cannot be stored.
    InvalidArgument(&'static str, &'static str),
    /// Another user has the name.
    UsernameTaken(String),
    /// The user has no role, so none can be removed.
    NoRole(i32),
    /// The largest number of the account is in use, so no user can be added.
    AccountFull(i32),
    /// No such access group in the account.
    AccessGroupNotFound(i32),
    /// No access group of the account has the name.
    AccessGroupNotNamed(String),
    /// The user is in no access group.
    NoAccessGroup(i32),
    /// The access group has no such member.
    MemberNotFound(i32),
    /// No user with this name and password may sign in.
    WrongCredentials,
    /// The credentials are right, but only delegated administrators may sign in this way.
    NotDelegated,
    /// The credentials are right, but only administrators may sign in this way.
    NotAdministrator,
}

impl Problem {
    /// The envelope's `ErrorCode`.
    #[must_use]
    pub fn code(&self) -> i32 {
        match self {
            Problem::NoRole(_) | Problem::AccountFull(_) => 1,
            Problem::AccountNotFound(_) => 2,
            Problem::UserNotFound(_) => 3,
            Problem::InvalidArgument(..) => 4,
            Problem::UsernameTaken(_) => 5,
            Problem::WrongCredentials | Problem::NotDelegated | Problem::NotAdministrator => 6,
            Problem::AccessGroupNotFound(_)
            | Problem::AccessGroupNotNamed(_)
            | Problem::NoAccessGroup(_)
            | Problem::MemberNotFound(_) => 7,
        }
    }

    /// The envelope's `ErrorDescription`.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Problem::AccountNotFound(id) => format!("Account {id} was not found."),
            Problem::UserNotFound(id) => format!("User {id} was not found."),
            Problem::InvalidArgument(member, rule) => format!("{member} {rule}."),
            Problem::UsernameTaken(name) => format!("The username '{name}' is already in use."),
            Problem::NoRole(id) => format!("User {id} has no role."),
            Problem::AccountFull(id) => format!("Account {id} has no number left for another user."),
            Problem::AccessGroupNotFound(id) => format!("Access group {id} was not found."),
            Problem::AccessGroupNotNamed(name) => format!("No access group has the name '{name}'."),
            Problem::NoAccessGroup(id) => format!("User {id} is in no access group."),
            Problem::MemberNotFound(id) => format!("The access group has no member {id}."),
            Problem::WrongCredentials => "The username or the password is wrong.".to_owned(),
            Problem::NotDelegated => "The user is no delegated administrator.".to_owned(),
            Problem::NotAdministrator => "The user is no administrator.".to_owned(),
        }
    }
}

/// A body without a document: the framework's text without a model state (chosen, docs/spec/pbnb.md §16 #14).
#[must_use]
pub fn no_document() -> Reply {
    Reply::error(StatusCode::BAD_REQUEST, HttpError::message("The request is invalid."))
}

/// 401, or 403 for a token that may not use this API or reaches another account (chosen, docs/spec/pbnb.md §16 #3); the
/// text is the framework's.
pub fn denied(denial: &Denial, _now: DateTime) -> Reply {
    let status = match denial {
        Denial::Forbidden | Denial::OtherAccount | Denial::RoleMissing => StatusCode::FORBIDDEN,
        _ => StatusCode::UNAUTHORIZED,
    };
    Reply::error(status, HttpError::message("Authorization has been denied for this request."))
}

/// Problems outside the endpoints, in the framework's words.
pub fn server_error(error: ServerError, _now: DateTime) -> Reply {
    Reply::error(error.status(), HttpError::message(error.sentence()))
}
