//! `POST /worlds/{w}/verify`: were there as many requests as a test expects?

use axum::extract::State;
use serde_json::Value;

use super::extract::{Json, World};
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::pipeline::journal::verify::Expectation;

/// 200 with the verdict, satisfied or not: a verdict is an answer, no error.
pub async fn verify(
    State(app): State<App>,
    World(world): World,
    Json(expectation): Json<Expectation>,
) -> Result<axum::Json<Value>, Refusal> {
    match expectation.times.contradiction() {
        Some(sentence) => Err(Refusal::bad(sentence)),
        None => Ok(axum::Json(expectation.verdict(&app.journal().of(&world)))),
    }
}
