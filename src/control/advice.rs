//! `GET /worlds/{w}/advice`: what the real services do silently, grouped by code. docs/advice.md lists the codes.

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;

use super::blocking::json_on_blocking_thread;
use super::call::{Answer, Call};
use super::extract::World;
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::pipeline::journal::advice::grouped;

/// Every code in a world's journal.
pub const ADVICE: Call = Call {
    path: "/worlds/{world}/advice",
    id: "listAdvice",
    tag: "journal",
    summary: "What the real services do silently, grouped by code",
    answer: Answer::Json(200, "Advices"),
    handler: |method| on(method, advice),
    ..Call::NEW
};

async fn advice(State(app): State<App>, World(world): World) -> Result<Response, Refusal> {
    json_on_blocking_thread(move || grouped(&app.journal().kept(&world))).await
}
