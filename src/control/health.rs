//! Whether the server runs and can work: for `usertwin ready`, containers and orchestrators.

use super::call::{Answer, Call};
use crate::pipeline::app::App;
use crate::pipeline::problem_json::problem;
use crate::store::StoreError;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::StatusCode;
use serde_json::{Value, json};

/// Whether the server answers, with its version and uptime.
pub const HEALTH: Call = Call {
    path: "/health",
    id: "getHealth",
    tag: "health",
    summary: "Whether the server answers, with its version and uptime",
    anonymous: true,
    answer: Answer::Json(200, "Health"),
    handler: |method| on(method, health),
    ..Call::NEW
};

async fn health(State(app): State<App>) -> Json<Value> {
    let uptime = u64::try_from(app.started().elapsed().as_millis()).unwrap_or(u64::MAX);
    Json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION"), "uptimeMs": uptime}))
}

/// Whether the process answers.
pub const LIVE: Call = Call {
    path: "/health/live",
    id: "getLive",
    tag: "health",
    summary: "Whether the process answers",
    anonymous: true,
    answer: Answer::Json(200, "Status"),
    handler: |method| on(method, live),
    ..Call::NEW
};

async fn live() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// Whether the database also answers, and what is written to it lasts.
pub const READY: Call = Call {
    path: "/health/ready",
    id: "getReady",
    tag: "health",
    summary: "Whether the database also answers",
    anonymous: true,
    answer: Answer::Json(200, "Status"),
    refusals: &[503],
    handler: |method| on(method, ready),
    ..Call::NEW
};

async fn ready(State(app): State<App>) -> Response {
    match app.store().ping().await {
        Ok(()) => Json(json!({"status": "ok"})).into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            let reason = match &error {
                StoreError::File(path, cause) => format!(" {path}: {cause}."),
                _ => String::new(),
            };
            problem(StatusCode::SERVICE_UNAVAILABLE, &format!("The database does not answer.{reason}"))
        }
    }
}
