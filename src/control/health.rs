//! Whether the server is there and can work: for `usertwin ready`, containers and orchestrators.

use crate::pipeline::app::App;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

/// `GET /_usertwin/health`
pub async fn health(State(app): State<App>) -> Json<Value> {
    let uptime = u64::try_from(app.started().elapsed().as_millis()).unwrap_or(u64::MAX);
    Json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION"), "uptimeMs": uptime}))
}

/// `GET /_usertwin/health/live`: the process answers.
pub async fn live() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// `GET /_usertwin/health/ready`: the database answers, too.
pub async fn ready(State(app): State<App>) -> Response {
    match app.store().ping().await {
        Ok(()) => Json(json!({"status": "ok"})).into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            super::problem(StatusCode::SERVICE_UNAVAILABLE, "The database does not answer.")
        }
    }
}
