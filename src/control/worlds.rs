//! Worlds: list, make, drop, reset. A world that nobody writes to is a snapshot, which reset can go back to.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::{Json, OptionalJson, World};
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::store::WorldName;

/// The body of a fork.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct New {
    name: String,
    from: Option<String>,
}

/// The body of a reset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    from: Option<String>,
}

/// `GET /worlds`: every world by name. `main` is always one of them.
pub async fn list(State(app): State<App>) -> Result<axum::Json<Value>, Refusal> {
    // Without room for it the other worlds are still worth a list.
    let _ = app.store().clock(&WorldName::main()).await;
    let worlds = app.store().worlds().await?;
    let worlds: Vec<Value> =
        worlds.iter().map(|world| json!({ "name": world.name.as_str(), "users": world.users })).collect();
    Ok(axum::Json(json!({ "worlds": worlds })))
}

/// `POST /worlds`: a copy of another world, or of the seed when `from` is absent or `seed`.
pub async fn create(State(app): State<App>, Json(new): Json<New>) -> Result<Response, Refusal> {
    let name: WorldName = new.name.parse()?;
    let from = source(new.from.as_deref())?;
    exists(&app, from.as_ref()).await?;
    match from {
        Some(from) => app.store().fork(&from, &name).await?,
        None => app.store().create(&name).await?,
    }
    let location = HeaderValue::try_from(format!("/_usertwin/worlds/{name}/state"));
    let mut response = (StatusCode::CREATED, axum::Json(json!({ "name": name.as_str() }))).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// `DELETE /worlds/{world}`: drops it; its next use makes it anew from the seed.
pub async fn remove(State(app): State<App>, World(world): World) -> Result<StatusCode, Refusal> {
    app.store().drop_world(&world).await?;
    app.forget(&world);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /worlds/{world}/reset`: back to the seed, or to a copy of another world, in one step.
pub async fn reset(
    State(app): State<App>,
    World(world): World,
    OptionalJson(reset): OptionalJson<Reset>,
) -> Result<StatusCode, Refusal> {
    let from = source(reset.from.as_deref())?;
    exists(&app, from.as_ref()).await?;
    app.store().reset(&world, from.as_ref()).await?;
    app.forget(&world);
    Ok(StatusCode::NO_CONTENT)
}

/// The world to copy; `None` is the seed, which `seed` names, too.
pub(super) fn source(name: Option<&str>) -> Result<Option<WorldName>, Refusal> {
    match name {
        None | Some("seed") => Ok(None),
        Some(name) => Ok(Some(name.parse()?)),
    }
}

/// Refuses a source that is not there: making it from the seed, as its first use would, turns a mistyped name into a
/// silent reset (chosen). `main` is always there.
pub(super) async fn exists(app: &App, world: Option<&WorldName>) -> Result<(), Refusal> {
    match world {
        Some(world) if *world == WorldName::main() => app.store().clock(world).await.map(|_| ()).map_err(Refusal::from),
        Some(world) if !app.store().holds(world) => {
            Err(Refusal::not_found(format!("There is no world '{world}' to take from.")))
        }
        _ => Ok(()),
    }
}
