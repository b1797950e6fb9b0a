//! A world as a state document (docs/spec/control.md §4): export, replacement, and the difference from the seed or
//! another world.

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::blocking::{json_on_blocking_thread, on_blocking_thread};
use super::call::{Answer, Body, Call, Method, Parameter};
use super::extract::{Query, Text, World};
use super::pieces::{begun, in_pieces};
use super::refusal::{Refusal, shown};
use super::whole::{Export, Report, Room};
use super::worlds::{exists, source};
use crate::pipeline::app::App;

/// The query of a diff.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Against {
    from: Option<String>,
}

/// The world as a state document.
pub const EXPORT: Call = Call {
    path: "/worlds/{world}/state",
    id: "exportState",
    tag: "state",
    summary: "The world as a state document",
    answer: Answer::Json(200, "Document"),
    refusals: &[503, 507],
    handler: |method| on(method, export),
    ..Call::NEW
};

async fn export(State(app): State<App>, World(world): World) -> Result<Response, Refusal> {
    let room = Room::for_worlds(&app, &[Some(&world)]).await?;
    let transaction = app.store().read(&world).await?;
    transaction
        .on_blocking_thread(move |mut transaction| {
            room.check(&transaction)?;
            let export = Export::of(&mut transaction)?;
            // The world goes on while its document is written.
            drop(transaction);
            begun(export)
        })
        .await
}

/// Replaces the world by a document; a document with problems changes nothing.
pub const REPLACE: Call = Call {
    method: Method::Put,
    path: "/worlds/{world}/state",
    id: "replaceState",
    tag: "state",
    summary: "Replace the world by a document; one with problems changes nothing, and the answer lists every problem",
    body: Body::Json("Document"),
    example: r#"{"users": [{"username": "ada", "email": "ada@example.com", "pbnb": {"accountId": 2, "userId": 1}}], "pbnb": {"accounts": [{"id": 2}]}}"#,
    refusals: &[507],
    handler: |method| on(method, replace),
    ..Call::NEW
};

async fn replace(State(app): State<App>, World(world): World, Text(text): Text) -> Result<StatusCode, Refusal> {
    // Checked before the world is locked for writing: other requests to it go on meanwhile. It is read once more when it
    // is stored, because its users take many times the memory of the text.
    let schema = app.store().schema().clone();
    let checked = on_blocking_thread(move || schema.check(&text).map(|_| text)).await?;
    let text = checked.map_err(Refusal::document)?;
    let transaction = app.store().write(&world).await?;
    transaction
        .on_blocking_thread(move |mut transaction| {
            transaction.replace_by(&text)?.map_err(Refusal::document)?;
            transaction.commit()?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

/// Every problem of a document, which changes nothing: what an editor asks while somebody types.
pub const CHECK: Call = Call {
    method: Method::Post,
    path: "/check",
    id: "checkState",
    tag: "state",
    summary: "Every problem of a state document with its line and path; nothing is changed",
    body: Body::OptionalJson("Document"),
    example: r#"{"users": [{"username": "ada", "expoints": {}}]}"#,
    answer: Answer::Json(200, "Problems"),
    handler: |method| on(method, check),
    ..Call::NEW
};

async fn check(State(app): State<App>, Text(text): Text) -> Result<Response, Refusal> {
    let schema = app.store().schema().clone();
    json_on_blocking_thread(move || {
        let problems = schema.check(&text).err().unwrap_or_default();
        json!({ "problems": problems.iter().map(shown).collect::<Value>() })
    })
    .await
}

/// Users added, removed and changed since the seed, or compared with another world.
pub const DIFF: Call = Call {
    path: "/worlds/{world}/diff",
    id: "diffState",
    tag: "state",
    summary: "Users added, removed and changed since the seed or against another world",
    query: &[Parameter::new("from", "Source", "The world to compare with, or `seed`")],
    answer: Answer::Json(200, "Diff"),
    refusals: &[404, 503, 507],
    handler: |method| on(method, diff),
    ..Call::NEW
};

async fn diff(
    State(app): State<App>,
    World(world): World,
    Query(against): Query<Against>,
) -> Result<Response, Refusal> {
    let from = source(against.from.as_deref())?;
    exists(&app, from.as_ref()).await?;
    let room = Room::for_worlds(&app, &[from.as_ref(), Some(&world)]).await?;
    // One after the other: with both worlds locked, this could wait for a writer that waits for the first of them.
    let before = match &from {
        Some(from) => {
            let transaction = app.store().read(from).await?;
            room.check(&transaction)?;
            transaction.on_blocking_thread(|mut transaction| transaction.packed_users()).await?
        }
        None => app.store().packed_seed().await?,
    };
    let transaction = app.store().read(&world).await?;
    let difference = transaction
        .on_blocking_thread(move |mut transaction| {
            room.check(&transaction)?;
            Ok::<_, Refusal>((transaction.difference_from(before)?, room))
        })
        .await?;
    in_pieces(move || {
        let (difference, _room) = difference;
        Ok(Report::of(&world, from.as_ref().map_or("seed", |from| from.as_str()), difference)?)
    })
    .await
}
