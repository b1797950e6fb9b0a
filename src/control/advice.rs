//! `GET /worlds/{w}/advice`: what the real services would have done silently, grouped by code. docs/advice.md lists
//! the codes.

use axum::extract::State;
use serde_json::Value;

use super::extract::World;
use crate::pipeline::app::App;
use crate::pipeline::journal::advice::grouped;

/// Every code that a world's journal holds.
pub async fn advice(State(app): State<App>, World(world): World) -> axum::Json<Value> {
    axum::Json(grouped(&app.journal().of(&world)))
}
