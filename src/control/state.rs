//! A world as a state document (spec/control.md §4): export and replacement, and what changed against the seed or
//! another world.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::{Query, Text, World};
use super::refusal::Refusal;
use super::worlds::{exists, source};
use crate::model::{Diff, Document};
use crate::pipeline::app::App;

/// The query of a diff.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Against {
    from: Option<String>,
}

/// `GET /worlds/{world}/state`
pub async fn export(State(app): State<App>, World(world): World) -> Result<axum::Json<Value>, Refusal> {
    Ok(axum::Json(app.store().read(&world).await?.export()?.to_json()))
}

/// `PUT /worlds/{world}/state`: the world becomes the document; one with problems changes nothing.
pub async fn replace(State(app): State<App>, World(world): World, Text(text): Text) -> Result<StatusCode, Refusal> {
    // Read before the turn to write is taken, and off the threads that answer: a large document would hold up every
    // other world.
    let read = tokio::task::spawn_blocking(move || Document::parse(&text)).await;
    let failed = |_| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "The document could not be read.");
    let document = read.map_err(failed)?.map_err(Refusal::document)?;
    let mut transaction = app.store().write(&world).await?;
    transaction.replace(&document)?;
    transaction.commit()?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /worlds/{world}/diff?from=seed or {other}`: users added, removed and changed since.
pub async fn diff(
    State(app): State<App>,
    World(world): World,
    Query(against): Query<Against>,
) -> Result<axum::Json<Value>, Refusal> {
    let from = source(against.from.as_deref())?;
    exists(&app, from.as_ref()).await?;
    // One after the other: two readers at a time would wait for a writer that waits for the first of them.
    let before = match &from {
        Some(from) => app.store().read(from).await?.users()?,
        None => app.store().seed().await?.users,
    };
    let after = app.store().read(&world).await?.users()?;
    let diff = Diff::between(&before, &after);
    let mut answer = json!({
        "world": world.as_str(),
        "from": from.as_ref().map_or("seed", |from| from.as_str()),
        "empty": diff.is_empty(),
    });
    if let (Some(answer), Value::Object(diff)) = (answer.as_object_mut(), diff.to_json()) {
        answer.extend(diff);
    }
    Ok(axum::Json(answer))
}
