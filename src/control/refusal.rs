//! Why the control API did not do what it was asked: a status and a sentence, as an RFC 9457 problem document. For
//! state documents it also carries every problem with its line and path.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::model::Problem;
use crate::store::StoreError;

/// A call that was not done.
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

    /// What was named is not there.
    pub fn not_found(detail: impl Into<String>) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, detail)
    }

    /// A document in the state form that has problems; nothing of it was taken over.
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
                Refusal::new(StatusCode::CONFLICT, format!("Another one has the same {what}; nothing was changed."))
            }
            StoreError::TooManyWorlds(_) => Refusal::new(StatusCode::TOO_MANY_REQUESTS, sentence(&error)),
            StoreError::InvalidWorldName(_) => Refusal::bad(sentence(&error)),
            StoreError::Unreadable(_) | StoreError::Fault(_) | StoreError::File(..) => {
                tracing::error!(error = format!("{:#}", anyhow::Error::from(error)), "a control call failed");
                Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "The database failed; the server's log tells why.")
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

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if let Some(members) = body.as_object_mut().filter(|_| !self.problems.is_empty()) {
            let told =
                |problem: &Problem| json!({ "line": problem.line, "path": problem.path, "message": problem.message });
            members.insert("problems".to_owned(), self.problems.iter().map(told).collect::<Value>());
        }
        let headers = [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        let mut response = (self.status, headers, body.to_string()).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
