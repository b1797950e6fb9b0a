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
        Denial::Forbidden | Denial::OtherAccount | Denial::RoleMissing => Reply::error(StatusCode::FORBIDDEN, error),
        _ => Reply::error(StatusCode::UNAUTHORIZED, error).header(WWW_AUTHENTICATE, "Bearer"),
    }
}

/// Problems outside the endpoints, in the framework's words.
pub fn server_error(error: ServerError, _now: DateTime) -> Reply {
    Reply::error(error.status(), HttpError::message(error.sentence()))
}

/// Why there is no token (docs/spec/expoints.md §2). The words, codes and sentences are Microsoft Entra's, as public
/// reports show them.
#[derive(Debug, Clone, Copy)]
pub enum TokenProblem<'a> {
    /// A field is missing or empty.
    Missing(&'a str),
    /// No secret and nothing in its place.
    MissingSecret,
    /// Another grant than client credentials.
    UnsupportedGrant(&'a str),
    /// Not exactly one scope.
    InvalidScope(&'a str),
    /// A scope that does not stand for everything the client may do at a resource.
    ScopeWithoutDefault(&'a str),
    /// No client has the id in the tenant of the address.
    UnknownClient {
        /// The id.
        client: &'a str,
        /// The tenant.
        tenant: &'a str,
    },
    /// The wrong secret for this client.
    WrongSecret(&'a str),
}

impl TokenProblem<'_> {
    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            TokenProblem::WrongSecret(_) | TokenProblem::MissingSecret => StatusCode::UNAUTHORIZED,
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
            error_uri: Some(format!("https://login.microsoftonline.com/error?code={code}")),
        }
    }

    fn words(&self) -> (&'static str, i32, String) {
        match self {
            TokenProblem::Missing(field) => {
                let sentence = format!("The request body must contain the following parameter: '{field}'.");
                ("invalid_request", 900_144, sentence)
            }
            TokenProblem::MissingSecret => {
                let fields = "'client_assertion' or 'client_secret'";
                let sentence = format!("The request body must contain the following parameter: {fields}.");
                ("invalid_client", 7_000_218, sentence)
            }
            TokenProblem::UnsupportedGrant(grant) => {
                ("unsupported_grant_type", 70_003, format!("The app requested an unsupported grant type '{grant}'."))
            }
            TokenProblem::InvalidScope(scope) => {
                ("invalid_scope", 70_011, format!("The provided value for scope {scope} is not valid."))
            }
            TokenProblem::ScopeWithoutDefault(scope) => {
                let sentence = format!(
                    "The provided value for scope {scope} is not valid. Client credential flows must have a scope value \
                     with /.default suffixed to the resource identifier (application ID URI)."
                );
                ("invalid_scope", 1_002_012, sentence)
            }
            TokenProblem::UnknownClient { client, tenant } => {
                let sentence = format!(
                    "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen \
                     if the application has not been installed by the administrator of the tenant or consented to by \
                     any user in the tenant. You may have sent your authentication request to the wrong tenant."
                );
                ("unauthorized_client", 700_016, sentence)
            }
            TokenProblem::WrongSecret(client) => {
                let sentence = format!(
                    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                     value, not the client secret ID, for a secret added to app '{client}'."
                );
                ("invalid_client", 7_000_215, sentence)
            }
        }
    }
}
