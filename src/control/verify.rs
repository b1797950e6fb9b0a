//! `POST /worlds/{w}/verify`: were there as many requests as a test expects?

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;

use super::blocking::json_on_blocking_thread;
use super::call::{Answer, Body, Call, Method};
use super::extract::{Json, World};
use super::question;
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::pipeline::journal::verify::Expectation;

/// 200 with the verdict, satisfied or not: a verdict is an answer, not an error.
pub const VERIFY: Call = Call {
    method: Method::Post,
    path: "/worlds/{world}/verify",
    id: "verify",
    tag: "journal",
    summary: "Whether there were as many requests as expected",
    body: Body::Json("Expectation"),
    example: r#"{"match": {"api": "pbnb", "method": "PATCH"}, "times": {"exactly": 0}}"#,
    answer: Answer::Json(200, "Verdict"),
    handler: |method| on(method, verify),
    ..Call::NEW
};

async fn verify(
    State(app): State<App>,
    World(world): World,
    Json(expectation): Json<Expectation>,
) -> Result<Response, Refusal> {
    question::check(app.apis(), &expectation.wanted)?;
    match expectation.times.contradiction() {
        Some(sentence) => Err(Refusal::bad(sentence)),
        None => json_on_blocking_thread(move || expectation.verdict(&app.journal().kept(&world))).await,
    }
}
