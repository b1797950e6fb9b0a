//! Our own API under `/_usertwin` (spec/control.md §5): JSON, camelCase, problem documents for its errors. One file a
//! resource; `access` decides who may call, `extract` and `refusal` are what every call shares.

mod access;
mod advice;
mod body;
mod clock;
mod documents;
mod duration;
mod extract;
mod faults;
mod health;
mod metrics;
mod outbox;
mod refusal;
mod requests;
mod state;
mod stream;
mod users;
mod verify;
mod worlds;

use crate::pipeline::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use http::StatusCode;
use refusal::Refusal;

/// The control API's routes.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/health", get(health::health))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .merge(journal())
        .route("/worlds", get(worlds::list).post(worlds::create))
        .route("/worlds/{world}", delete(worlds::remove))
        .route("/worlds/{world}/reset", post(worlds::reset))
        .route("/worlds/{world}/state", get(state::export).put(state::replace))
        .route("/worlds/{world}/diff", get(state::diff))
        .route("/worlds/{world}/users", get(users::list).post(users::create))
        .route("/worlds/{world}/users/{id}", get(users::get).put(users::replace).delete(users::remove))
        .route("/worlds/{world}/clock", get(clock::get).put(clock::set))
        .route("/worlds/{world}/outbox", get(outbox::list))
        .route("/openapi/{document}", get(documents::openapi))
        .route("/docs", get(documents::page))
        .route("/docs/docs.js", get(documents::script))
        .route("/docs/rapidoc-min.js", get(documents::rapidoc))
        .fallback(|| async { problem(StatusCode::NOT_FOUND, "No control call lives at this path.") })
        .method_not_allowed_fallback(|| async {
            problem(StatusCode::METHOD_NOT_ALLOWED, "The control API has no such method at this path.")
        })
        // Innermost first. The documented limits, not the framework's own of 2 MB.
        .layer(DefaultBodyLimit::disable())
        .layer(axum::middleware::from_fn_with_state(app.clone(), body::receive))
        // Around everything, unknown paths included: a stranger learns nothing.
        .layer(axum::middleware::from_fn_with_state(app.clone(), access::guard))
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
        .route("/worlds/{world}/faults/{id}", delete(faults::remove))
}

/// An error of our own: an RFC 9457 problem document.
#[must_use]
pub fn problem(status: StatusCode, detail: &str) -> Response {
    Refusal::new(status, detail).into_response()
}
