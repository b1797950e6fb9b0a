//! Everything Expoints can refuse. Business problems of a batch go into one model state, the shape the framework's own
//! errors have, so that clients parse only one; keys and wordings are chosen (docs/spec/expoints.md §6.2). The token
//! endpoint speaks for the identity provider: OAuth's words, with the provider's codes and sentences.

use super::contract::TokenRefused;
use crate::apis::ServerError;
use crate::apis::authentication::Denial;
use crate::contract::DateTime;
use crate::frameworks::webapi::{HttpError, ModelError, ModelState, Reply};
use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use uuid::Uuid;

/// The body parameter's name, which keys the model state (chosen, docs/spec/expoints.md §8 #1).
pub const PARAMETER: &str = "users";

/// The problems of one batch, in the order of its users.
#[derive(Debug, Default)]
pub struct Problems(ModelState);

impl Problems {
    /// The body contains no batch.
    pub fn no_batch(&mut self) {
        self.add(PARAMETER.to_owned(), "The users field is required.".to_owned());
    }

    /// An element is null.
    pub fn null_user(&mut self, user: usize) {
        self.add(format!("{PARAMETER}[{user}]"), "The user is required.".to_owned());
    }

    /// A role of a user is null.
    pub fn null_role(&mut self, user: usize, role: usize) {
        self.add(format!("{PARAMETER}[{user}].Roles[{role}]"), "The role is required.".to_owned());
    }

    /// The type is neither internal nor external.
    pub fn unknown_type(&mut self, user: usize) {
        let text = "The Type field must be Internal or External.";
        self.add(format!("{PARAMETER}[{user}].Type"), text.to_owned());
    }

    /// A role that does not exist.
    pub fn unknown_role(&mut self, user: usize, role: usize, id: Uuid) {
        self.add(format!("{PARAMETER}[{user}].Roles[{role}].Id"), format!("The role '{id}' does not exist."));
    }

    /// A user that does not exist.
    pub fn unknown_user(&mut self, user: usize, username: &str) {
        self.add(format!("{PARAMETER}[{user}].Username"), format!("The user '{username}' does not exist."));
    }

    /// A user that exists already.
    pub fn existing_user(&mut self, user: usize, username: &str) {
        self.add(format!("{PARAMETER}[{user}].Username"), format!("The user '{username}' already exists."));
    }

    /// A user that the batch already named.
    pub fn repeated_user(&mut self, user: usize, username: &str) {
        let text = format!("The user '{username}' occurs more than once in the request.");
        self.add(format!("{PARAMETER}[{user}].Username"), text);
    }

    /// Succeeds if there is no problem.
    ///
    /// # Errors
    /// The 400 that reports every problem.
    pub fn into_result(self) -> Result<(), Reply> {
        if self.0.is_valid() {
            return Ok(());
        }
        Err(Reply::error(StatusCode::BAD_REQUEST, HttpError::invalid(&self.0, false)))
    }

    fn add(&mut self, key: String, message: String) {
        self.0.add(&key, ModelError { message, exception: false });
    }
}

/// 401, or 403 for a token that may not use this API (docs/spec/expoints.md §2).
pub fn denied(denial: &Denial, _now: DateTime) -> Reply {
    let error = HttpError::message("Authorization has been denied for this request.");
    match denial {
        Denial::Forbidden => Reply::error(StatusCode::FORBIDDEN, error),
        _ => Reply::error(StatusCode::UNAUTHORIZED, error).header(WWW_AUTHENTICATE, "Bearer"),
    }
}

/// Problems outside the endpoints, in the framework's words.
pub fn server_error(error: ServerError, _now: DateTime) -> Reply {
    Reply::error(error.status(), HttpError::message(error.sentence()))
}

/// Why there is no token (docs/spec/expoints.md §2, chosen; the codes and sentences are Microsoft Entra's).
#[derive(Debug, Clone, Copy)]
pub enum TokenProblem<'a> {
    /// A field is missing or empty.
    Missing(&'a str),
    /// Another grant than client credentials.
    UnsupportedGrant(&'a str),
    /// Not exactly one scope.
    InvalidScope(&'a str),
    /// An unknown client, or the wrong secret.
    InvalidClient,
}

impl TokenProblem<'_> {
    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            TokenProblem::InvalidClient => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The answer's body, with the ids under which provider and client would look the request up.
    #[must_use]
    pub fn body(&self, now: DateTime, trace_id: Uuid, correlation_id: Uuid) -> TokenRefused {
        let timestamp = now.civil().format("%Y-%m-%d %H:%M:%SZ").to_string();
        let (error, code, sentence) = self.words();
        let ids = format!("Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {timestamp}");
        TokenRefused {
            error: Some(error.to_owned()),
            error_description: Some(format!("AADSTS{code}: {sentence} {ids}")),
            error_codes: Some(vec![code]),
            timestamp: Some(timestamp),
            trace_id,
            correlation_id,
        }
    }

    fn words(&self) -> (&'static str, i32, String) {
        match self {
            TokenProblem::Missing(field) => {
                let sentence = format!("The request body must contain the following parameter: '{field}'.");
                ("invalid_request", 900_144, sentence)
            }
            TokenProblem::UnsupportedGrant(grant) => {
                ("unsupported_grant_type", 70_003, format!("The app requested an unsupported grant type '{grant}'."))
            }
            TokenProblem::InvalidScope(scope) => {
                ("invalid_scope", 70_011, format!("The provided value for scope {scope} is not valid."))
            }
            TokenProblem::InvalidClient => ("invalid_client", 7_000_215, "Invalid client secret provided.".to_owned()),
        }
    }
}
