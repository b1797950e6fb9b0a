//! `/worlds/{w}/faults`: injected faults.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::blocking::json_on_blocking_thread;
use super::call::{Answer, Body, Call, Method, Parameter};
use super::extract::{Id, Json, Query, World};
use super::question;
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::pipeline::faults::Definition;

/// The faults in the order in which they are tried, with how often each matched and applied.
pub const LIST: Call = Call {
    path: "/worlds/{world}/faults",
    id: "listFaults",
    tag: "faults",
    summary: "The faults, in the order in which they are tried",
    answer: Answer::Json(200, "Faults"),
    handler: |method| on(method, list),
    ..Call::NEW
};

async fn list(State(app): State<App>, World(world): World) -> axum::Json<Value> {
    axum::Json(json!({"faults": app.faults().list(&world)}))
}

/// The query of an addition.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rehearsal {
    #[serde(rename = "dryRun")]
    dry_run: Option<bool>,
}

/// Adds a fault: 201 with the fault and its id. With `dryRun` nothing is added: 200 with the requests of the journal that
/// it would have been applied to.
pub const ADD: Call = Call {
    method: Method::Post,
    path: "/worlds/{world}/faults",
    id: "addFault",
    tag: "faults",
    summary: "Add a fault; the first that matches a request applies",
    query: &[Parameter::new("dryRun", "Flag", "Add nothing; tell which of the journal's requests it would have hit")],
    body: Body::Json("Fault"),
    example: r#"{"name": "slow", "match": {"api": "pbnb", "method": "GET"}, "times": 1, "effect": {"delayMs": 500}}"#,
    answer: Answer::Json(201, "Fault"),
    also: &[Answer::Json(200, "DryRun")],
    refusals: &[409, 507],
    handler: |method| on(method, add),
    ..Call::NEW
};

async fn add(
    State(app): State<App>,
    World(world): World,
    Query(rehearsal): Query<Rehearsal>,
    Json(definition): Json<Definition>,
) -> Result<Response, Refusal> {
    question::check(app.apis(), &definition.wanted)?;
    definition.check().map_err(Refusal::bad)?;
    if rehearsal.dry_run == Some(true) {
        return json_on_blocking_thread(move || definition.rehearsed(&app.journal().kept(&world))).await;
    }
    // Creates the world, so that faults cannot be kept for more worlds than may exist.
    app.store().clock(&world).await?;
    match app.faults().add(app.ids(), &world, definition) {
        Ok(shown) => Ok((StatusCode::CREATED, axum::Json(shown)).into_response()),
        Err(detail) => Err(Refusal::new(StatusCode::CONFLICT, detail)),
    }
}

/// Removes every fault of the world.
pub const CLEAR: Call = Call {
    method: Method::Delete,
    path: "/worlds/{world}/faults",
    id: "clearFaults",
    tag: "faults",
    summary: "Remove every fault",
    handler: |method| on(method, clear),
    ..Call::NEW
};

async fn clear(State(app): State<App>, World(world): World) -> StatusCode {
    app.faults().clear(&world);
    StatusCode::NO_CONTENT
}

/// Removes one fault.
pub const REMOVE: Call = Call {
    method: Method::Delete,
    path: "/worlds/{world}/faults/{id}",
    id: "removeFault",
    tag: "faults",
    summary: "Remove one fault",
    refusals: &[404],
    handler: |method| on(method, remove),
    ..Call::NEW
};

async fn remove(State(app): State<App>, World(world): World, Id(id): Id) -> Result<StatusCode, Refusal> {
    if id.parse().is_ok_and(|id| app.faults().remove(&world, id)) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Refusal::not_found(format!("World '{world}' has no fault '{id}'.")))
}
