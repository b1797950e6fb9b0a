//! Our own API under `/_usertwin` (spec/control.md §5): JSON, camelCase, problem documents for its errors.

mod health;

use crate::app::App;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;

/// The control API's routes.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/health", get(health::health))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .fallback(|| async { problem(StatusCode::NOT_FOUND, "No control call lives at this path.") })
        .method_not_allowed_fallback(|| async {
            problem(StatusCode::METHOD_NOT_ALLOWED, "The control API has no such method at this path.")
        })
        .with_state(app)
}

/// An error of our own: an RFC 9457 problem document.
#[must_use]
pub fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = serde_json::json!({"type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail});
    (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
