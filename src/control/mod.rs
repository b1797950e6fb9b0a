//! Our own API under `/_usertwin` (spec/control.md §5): JSON, camelCase, problem documents for its errors.

mod advice;
mod faults;
mod health;
mod metrics;
mod requests;
mod stream;
mod verify;

use crate::app::App;
use crate::store::WorldName;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use http::header::CONTENT_TYPE;

/// The control API's routes.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/health", get(health::health))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .merge(journal())
        .fallback(|| async { problem(StatusCode::NOT_FOUND, "No control call lives at this path.") })
        .method_not_allowed_fallback(|| async {
            problem(StatusCode::METHOD_NOT_ALLOWED, "The control API has no such method at this path.")
        })
        .with_state(app)
}

/// What is asked about exchanges, and what is to go wrong with them.
fn journal() -> Router<App> {
    Router::new()
        .route("/metrics", get(metrics::metrics))
        .route("/worlds/{world}/requests", get(requests::list).delete(requests::clear))
        .route("/worlds/{world}/requests.har", get(requests::as_har))
        .route("/worlds/{world}/requests/stream", get(stream::stream))
        .route("/worlds/{world}/requests/{id}", get(requests::get))
        .route("/worlds/{world}/requests/{id}/curl", get(requests::as_curl))
        .route("/worlds/{world}/verify", post(verify::verify))
        .route("/worlds/{world}/advice", get(advice::advice))
        .route("/worlds/{world}/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/worlds/{world}/faults/{id}", axum::routing::delete(faults::remove))
}

/// The world a path names, or the 400 for a name that none can have.
fn world_of(name: &str) -> Result<WorldName, Box<Response>> {
    name.parse().map_err(|_| {
        let sentence = format!("'{name}' is no name of a world: 1 to 64 of A-Z a-z 0-9 . _ - are.");
        Box::new(problem(StatusCode::BAD_REQUEST, &sentence))
    })
}

/// A JSON body, or the 400 that says what is wrong with it.
fn parsed<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Box<Response>> {
    serde_json::from_slice(body)
        .map_err(|error| Box::new(problem(StatusCode::BAD_REQUEST, &format!("The body cannot be read: {error}."))))
}

/// An error of our own: an RFC 9457 problem document.
#[must_use]
pub fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = serde_json::json!({"type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail});
    (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
