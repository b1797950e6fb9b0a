//! Refusals of the pipeline itself, as data: a status and a text or header, without the envelope a vendor wraps it in.

use http::StatusCode;

/// A refusal of the framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No template matches the path: 404 without a body.
    NotFound,
    /// A template matches but not with this verb: 405 without a body.
    MethodNotAllowed {
        /// The verbs of the path, sorted, as `Allow` lists them: `DELETE, GET, PATCH`.
        allow: String,
    },
    /// No formatter reads the content type: 415.
    UnsupportedMediaType,
    /// Model binding failed: 400. Never empty; the first error is the one a single-message API shows.
    Invalid(Vec<BindingError>),
}

/// An error of model binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingError {
    /// The parameter; empty for the body.
    pub key: String,
    /// The text.
    pub message: String,
}

impl BindingError {
    /// An error of the body as a whole.
    #[must_use]
    pub fn body(message: impl Into<String>) -> BindingError {
        BindingError { key: String::new(), message: message.into() }
    }
}

impl Refusal {
    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Refusal::Invalid(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// The text of the first binding error; `None` for refusals that have no text.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match self {
            Refusal::Invalid(errors) => errors.first().map(|error| error.message.as_str()),
            _ => None,
        }
    }
}
