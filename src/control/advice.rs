//! `GET /worlds/{w}/advice`: what the real services would have done silently, grouped by code. docs/advice.md lists
//! the codes.

use super::world_of;
use crate::app::App;
use crate::journal::advice::grouped;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

/// Every code that a world's journal holds.
pub async fn advice(State(app): State<App>, Path(world): Path<String>) -> Response {
    match world_of(&world) {
        Ok(world) => Json(grouped(&app.journal().of(&world))).into_response(),
        Err(refusal) => *refusal,
    }
}
