//! Why the control API refused a call: a status and a sentence, as an RFC 9457 problem document. For state documents it
//! also lists every problem with its line and path.

use axum::response::{IntoResponse, Response};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use crate::model::Problem;
use crate::pipeline::problem_json::extended_problem;
use crate::store::{Conflict, StoreError};

/// A refused call.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    detail: String,
    problems: Vec<Problem>,
}

impl Refusal {
    /// A refusal with one sentence.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Refusal {
        Refusal { status, detail: detail.into(), problems: Vec::new() }
    }

    /// The request is not what the call takes.
    pub fn bad(detail: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, detail)
    }

    /// Something named in the request does not exist.
    pub fn not_found(detail: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, detail)
    }

    /// Something of ours failed.
    pub fn failed() -> Refusal {
        let sentence = "The call failed; the server's log has the reason.";
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
    }

    /// A state document that has problems; nothing of it was applied.
    pub fn document(problems: Vec<Problem>) -> Refusal {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        let detail = match problems.len() {
            1 => format!("The document has a problem and changed nothing. {first}"),
            n => format!("The document has {n} problems and changed nothing. The first: {first}"),
        };
        Refusal { status: StatusCode::BAD_REQUEST, detail, problems }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        match error {
            StoreError::NotFound(what) => Refusal::not_found(format!("There is no such {what}.")),
            StoreError::Conflict(what) => {
                let taken = match what {
                    Conflict::Username => "Another user has the same username".to_owned(),
                    Conflict::Id => "Another user has the same id".to_owned(),
                    Conflict::Key(api) => format!("Another user has the same key in {api}"),
                    Conflict::World => "There is a world of the same name".to_owned(),
                };
                Refusal::new(StatusCode::CONFLICT, format!("{taken}; nothing was changed."))
            }
            StoreError::Unlisted(_) => Refusal::not_found(sentence(&error)),
            StoreError::TooManyWorlds(_) => Refusal::new(StatusCode::INSUFFICIENT_STORAGE, sentence(&error)),
            StoreError::InvalidWorldName(_) => Refusal::bad(sentence(&error)),
            StoreError::Unreadable(_) | StoreError::Fault(_) | StoreError::File(..) => {
                tracing::error!(error = format!("{:#}", anyhow::Error::from(error)), "a control call failed");
                Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "The database failed; the server's log has the reason.")
            }
        }
    }
}

/// An error's text as a sentence.
fn sentence(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

/// A problem of a document as JSON.
pub(super) fn shown(problem: &Problem) -> Value {
    json!({ "line": problem.line, "path": problem.path, "message": problem.message })
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut members = Map::new();
        if !self.problems.is_empty() {
            members.insert("problems".to_owned(), self.problems.iter().map(shown).collect());
        }
        let mut response = extended_problem(self.status, &self.detail, members);
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
