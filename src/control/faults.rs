//! `/worlds/{w}/faults`: what tests ask to go wrong.

use axum::extract::State;
use http::StatusCode;
use serde_json::{Value, json};

use super::extract::{Id, Json, World};
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::pipeline::faults::{Definition, MOST};

/// `GET`: the faults in the order in which they are tried, with how often each matched and applied.
pub async fn list(State(app): State<App>, World(world): World) -> axum::Json<Value> {
    axum::Json(json!({"faults": app.faults().list(&world)}))
}

/// `POST`: 201 with the fault and its id.
pub async fn add(
    State(app): State<App>,
    World(world): World,
    Json(definition): Json<Definition>,
) -> Result<(StatusCode, axum::Json<Value>), Refusal> {
    definition.check().map_err(Refusal::bad)?;
    // Lets the world come into being, so that faults cannot be kept for more worlds than may exist.
    app.store().clock(&world).await?;
    match app.faults().add(&app, &world, definition) {
        Some(shown) => Ok((StatusCode::CREATED, axum::Json(shown))),
        None => {
            let detail = format!("World '{world}' holds {MOST} faults; remove some first.");
            Err(Refusal::new(StatusCode::CONFLICT, detail))
        }
    }
}

/// `DELETE`: 204, all of them gone.
pub async fn clear(State(app): State<App>, World(world): World) -> StatusCode {
    app.faults().clear(&world);
    StatusCode::NO_CONTENT
}

/// `DELETE …/{id}`: 204, or 404.
pub async fn remove(State(app): State<App>, World(world): World, Id(id): Id) -> Result<StatusCode, Refusal> {
    if id.parse().is_ok_and(|id| app.faults().remove(&world, id)) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Refusal::not_found(format!("World '{world}' has no fault '{id}'.")))
}
