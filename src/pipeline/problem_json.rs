//! Errors of our own as RFC 9457 problem documents: those of the control API, and of requests that reach no API.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

/// A problem document with a sentence as its detail.
#[must_use]
pub fn problem(status: StatusCode, detail: &str) -> Response {
    extended_problem(status, detail, Map::new())
}

/// A problem document with further members.
#[must_use]
pub fn extended_problem(status: StatusCode, detail: &str, members: Map<String, Value>) -> Response {
    let mut body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": detail,
    });
    if let Some(body) = body.as_object_mut() {
        body.extend(members);
    }
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
    (status, headers, body.to_string()).into_response()
}
