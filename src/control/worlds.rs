//! Worlds: list, create, drop, reset. A world that no request writes to is a snapshot, which a reset can return to.

use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::{Answer, Body, Call, Method};
use super::extract::{AnyWorld, Json, OptionalJson, World};
use super::refusal::Refusal;
use crate::pipeline::address::nest_of_control;
use crate::pipeline::app::App;
use crate::store::{Keep, StoreError, WorldName};

/// The body of a fork.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct New {
    name: String,
    from: Option<String>,
    /// Whether `--world-idle` applies to it.
    #[serde(default)]
    idle: bool,
}

/// The body of a reset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    from: Option<String>,
}

/// Every world by name. `main` is always one of them.
pub const LIST: Call = Call {
    path: "/worlds",
    id: "listWorlds",
    tag: "worlds",
    summary: "Every world by name",
    answer: Answer::Json(200, "Worlds"),
    handler: |method| on(method, list),
    ..Call::NEW
};

async fn list(State(app): State<App>) -> Result<axum::Json<Value>, Refusal> {
    // Creates `main`, which is not a use of it. Without room for it the other worlds are listed all the same.
    if !app.store().holds(&WorldName::main()) {
        let _ = app.store().clock(&WorldName::main()).await;
    }
    let worlds = app.store().worlds().await?;
    let row = |world: &crate::store::World| {
        let counts = app.journal().counts(&world.name);
        json!({
            "name": world.name.as_str(),
            "users": world.users,
            "requests": counts.entries,
            "advice": counts.advice,
            "dropped": counts.dropped,
            "from": world.from,
            "createdAt": world.created_at.map(|at| at.round_trip()),
            "lastUsedAt": world.last_used_at.map(|at| at.round_trip()),
        })
    };
    Ok(axum::Json(json!({ "worlds": worlds.iter().map(row).collect::<Value>() })))
}

/// Creates a world as a copy of another, or of the seed when `from` is absent or `seed`.
pub const CREATE: Call = Call {
    method: Method::Post,
    path: "/worlds",
    id: "forkWorld",
    tag: "worlds",
    summary: "Create a world as a copy of another, or of the seed",
    body: Body::Json("NewWorld"),
    example: r#"{"name": "copy", "from": "main"}"#,
    answer: Answer::Json(201, "World"),
    refusals: &[404, 409, 507],
    handler: |method| on(method, create),
    ..Call::NEW
};

async fn create(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    Json(new): Json<New>,
) -> Result<Response, Refusal> {
    let name: WorldName = new.name.parse()?;
    let from = source(new.from.as_deref())?;
    exists(&app, from.as_ref()).await?;
    // chosen: a world that somebody asked for by name stays until it is dropped.
    let keep = if new.idle { Keep::WhileUsed } else { Keep::Always };
    match from {
        Some(from) => app.store().fork(&from, &name, keep).await?,
        None => app.store().create(&name, keep).await?,
    }
    let location = HeaderValue::try_from(format!("{}/_usertwin/worlds/{name}/state", nest_of_control(&uri)));
    let mut response = (StatusCode::CREATED, axum::Json(json!({ "name": name.as_str() }))).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// Drops a world; its next use creates it from the seed. One that does not exist is dropped already: a test that cleans
/// up behind itself need not know how far it came.
pub const REMOVE: Call = Call {
    method: Method::Delete,
    path: "/worlds/{world}",
    id: "dropWorld",
    tag: "worlds",
    summary: "Drop a world; its next use creates it from the seed",
    handler: |method| on(method, remove),
    ..Call::NEW
};

async fn remove(State(app): State<App>, AnyWorld(world): AnyWorld) -> Result<StatusCode, Refusal> {
    match app.drop_world(&world).await {
        Ok(()) | Err(StoreError::NotFound(_)) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(error.into()),
    }
}

/// Resets a world to the seed, or to a copy of another world, in one step.
pub const RESET: Call = Call {
    method: Method::Post,
    path: "/worlds/{world}/reset",
    id: "resetWorld",
    tag: "worlds",
    summary: "Reset a world to the seed, or to a copy of another, in one step; clears its faults, journal and clock",
    body: Body::OptionalJson("Reset"),
    example: r#"{"from": "seed"}"#,
    refusals: &[404, 507],
    handler: |method| on(method, reset),
    ..Call::NEW
};

async fn reset(
    State(app): State<App>,
    World(world): World,
    OptionalJson(reset): OptionalJson<Reset>,
) -> Result<StatusCode, Refusal> {
    let from = source(reset.from.as_deref())?;
    exists(&app, from.as_ref()).await?;
    app.reset(&world, from.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The world to copy; `None` is the seed, whether unnamed or named `seed`.
pub(super) fn source(name: Option<&str>) -> Result<Option<WorldName>, Refusal> {
    match name {
        None | Some("seed") => Ok(None),
        Some(name) => Ok(Some(name.parse()?)),
    }
}

/// Refuses a source that does not exist: creating it from the seed, as its first use would, turns a mistyped name into
/// a silent reset (chosen). `main` always exists.
pub(super) async fn exists(app: &App, world: Option<&WorldName>) -> Result<(), Refusal> {
    match world {
        Some(world) if *world == WorldName::main() => app.store().clock(world).await.map(|_| ()).map_err(Refusal::from),
        Some(world) if !app.store().holds(world) => {
            Err(Refusal::not_found(format!("There is no world '{world}' to copy from.")))
        }
        _ => Ok(()),
    }
}
