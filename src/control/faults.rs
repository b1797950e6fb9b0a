//! `/worlds/{w}/faults`: what tests ask to go wrong.

use super::{parsed, problem, world_of};
use crate::app::App;
use crate::faults::{Definition, MOST};
use crate::store::{StoreError, WorldName};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

/// `GET`: the faults in the order in which they are tried, with how often each matched and applied.
pub async fn list(State(app): State<App>, Path(world): Path<String>) -> Response {
    match world_of(&world) {
        Ok(world) => Json(json!({"faults": app.faults().list(&world)})).into_response(),
        Err(refusal) => *refusal,
    }
}

/// `POST`: 201 with the fault and its id.
pub async fn add(State(app): State<App>, Path(world): Path<String>, body: Bytes) -> Response {
    let read = world_of(&world).and_then(|world| Ok((world, parsed::<Definition>(&body)?)));
    let (world, definition) = match read {
        Ok(read) => read,
        Err(refusal) => return *refusal,
    };
    if let Err(sentence) = definition.check() {
        return problem(StatusCode::BAD_REQUEST, &sentence);
    }
    if let Err(refusal) = exists(&app, &world).await {
        return *refusal;
    }
    match app.faults().add(&app, &world, definition) {
        Some(shown) => (StatusCode::CREATED, Json(shown)).into_response(),
        None => problem(StatusCode::CONFLICT, &format!("World '{world}' holds {MOST} faults; remove some first.")),
    }
}

/// `DELETE`: 204, all of them gone.
pub async fn clear(State(app): State<App>, Path(world): Path<String>) -> Response {
    match world_of(&world) {
        Ok(world) => {
            app.faults().clear(&world);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(refusal) => *refusal,
    }
}

/// `DELETE …/{id}`: 204, or 404.
pub async fn remove(State(app): State<App>, Path((world, id)): Path<(String, String)>) -> Response {
    let known = match world_of(&world) {
        Ok(world) => id.parse().is_ok_and(|id| app.faults().remove(&world, id)),
        Err(refusal) => return *refusal,
    };
    if known {
        return StatusCode::NO_CONTENT.into_response();
    }
    problem(StatusCode::NOT_FOUND, &format!("World '{world}' has no fault '{id}'."))
}

/// Lets the world come into being, so that faults cannot be kept for more worlds than may exist.
async fn exists(app: &App, world: &WorldName) -> Result<(), Box<Response>> {
    let Err(error) = app.store().clock(world).await else { return Ok(()) };
    Err(Box::new(match error {
        StoreError::TooManyWorlds(_) => {
            problem(StatusCode::TOO_MANY_REQUESTS, "No further world may come into being; see --max-worlds.")
        }
        error => {
            tracing::error!(%error, "a world cannot be opened");
            problem(StatusCode::INTERNAL_SERVER_ERROR, "The database does not answer.")
        }
    }))
}
