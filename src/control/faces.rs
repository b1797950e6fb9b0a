//! `GET /worlds/{w}/users/{id}/faces`: one user as every API shows it, side by side.

use axum::extract::{OriginalUri, State};
use axum::routing::on;
use http::HeaderMap;
use serde_json::{Map, Value};

use super::call::{Answer, Call};
use super::extract::{UserId, World};
use super::refusal::Refusal;
use super::requests::base;
use crate::apis::Api;
use crate::pipeline::app::App;
use crate::pipeline::face::face;
use crate::store::StoreError;

/// What each API would answer about a user, in each of its formats; an API that does not show the user is left out.
pub const FACES: Call = Call {
    path: "/worlds/{world}/users/{id}/faces",
    id: "getFaces",
    tag: "users",
    summary: "What each API would answer about a user, in each of its formats; leaves no journal entry",
    answer: Answer::Json(200, "Faces"),
    refusals: &[404, 507],
    handler: |method| on(method, faces),
    ..Call::NEW
};

async fn faces(
    State(app): State<App>,
    World(world): World,
    UserId(id): UserId,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<axum::Json<Value>, Refusal> {
    let apis = app.apis().clone();
    let mut transaction = app.store().read(&world).await?;
    let Some(user) = transaction.record(id)? else {
        return Err(Refusal::not_found(format!("No user has the id '{id}'.")));
    };
    let mut address = |api: &'static Api| {
        let path = (api.address_of_user)(&mut transaction, &user.record)?;
        Ok(path.map(|path| (api, path)))
    };
    let shown: Vec<_> = apis.iter().map(&mut address).collect::<Result<_, StoreError>>()?;
    drop(transaction);
    let (base, mut faces) = (base(&uri, &world, &headers), Map::new());
    for (api, path) in shown.into_iter().flatten() {
        faces.insert(api.name.to_owned(), face(&app, api, &world, path, &base).await?);
    }
    Ok(axum::Json(Value::Object(faces)))
}
