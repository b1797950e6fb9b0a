//! The parts of a request that control calls take. Every extractor refuses with a sentence, because the author of a
//! test who mistypes a member should read what is wrong and not a bare 400.

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use bytes::Bytes;
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::error::Error;
use uuid::Uuid;

use super::blocking::on_blocking_thread;
use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::store::WorldName;

/// The size of a body, in bytes, from which it is read on a blocking thread.
const LARGE_BODY: usize = 256 * 1024;

/// The world in the path, which exists or may be made, and is used by the call.
pub struct World(pub WorldName);

/// The world in the path, whether it exists or not.
pub struct AnyWorld(pub WorldName);

/// The id in the path as written; each resource decides which ids are valid.
pub struct Id(pub String);

/// The user id in the path.
pub struct UserId(pub Uuid);

/// The query as members of `T`, which decides whether unknown ones are refused.
pub struct Query<T>(pub T);

/// The body as UTF-8 text, whatever its `Content-Type` says.
pub struct Text(pub String);

/// The body as JSON.
pub struct Json<T>(pub T);

/// The body as JSON; an empty one counts as `{}`.
pub struct OptionalJson<T>(pub T);

impl FromRequestParts<App> for World {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let AnyWorld(world) = AnyWorld::from_request_parts(parts, app).await?;
        app.store().admit(&world)?;
        app.store().note_use(&world);
        Ok(World(world))
    }
}

impl FromRequestParts<App> for AnyWorld {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        Ok(AnyWorld(segment(parts, app, "world").await?.parse()?))
    }
}

impl FromRequestParts<App> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        segment(parts, app, "id").await.map(Id)
    }
}

impl FromRequestParts<App> for UserId {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let Id(text) = Id::from_request_parts(parts, app).await?;
        let id = Uuid::try_parse(&text).map_err(|_| Refusal::not_found(format!("No user has the id '{text}'.")))?;
        Ok(UserId(id))
    }
}

async fn segment(parts: &mut Parts, app: &App, name: &str) -> Result<String, Refusal> {
    let unreadable = |_| Refusal::bad("The path is not UTF-8.");
    let segments = RawPathParams::from_request_parts(parts, app).await.map_err(unreadable)?;
    let found = segments.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
    found.ok_or_else(|| Refusal::bad(format!("The path names no {name}.")))
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Refusal> {
        match axum::extract::Query::<T>::try_from_uri(&parts.uri) {
            Ok(query) => Ok(Query(query.0)),
            Err(error) => {
                let what = error.source().map_or_else(|| error.body_text(), ToString::to_string);
                Err(Refusal::bad(format!("The query is not what this call takes: {what}.")))
            }
        }
    }
}

impl FromRequest<App> for Text {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        decoded(request, app, Ok).await.map(Text)
    }
}

impl<T: DeserializeOwned + Send + 'static> FromRequest<App> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        decoded(request, app, |text| read(&text)).await.map(Json)
    }
}

impl<T: DeserializeOwned + Send + 'static> FromRequest<App> for OptionalJson<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        decoded(request, app, |text| read(if text.trim().is_empty() { "{}" } else { &text })).await.map(OptionalJson)
    }
}

/// Something read from the text of the body; a large one on a thread for blocking work.
async fn decoded<T: Send + 'static>(
    request: Request,
    app: &App,
    read: fn(String) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let bytes = Bytes::from_request(request, app).await.map_err(|_| Refusal::bad("The body did not arrive whole."))?;
    if bytes.len() < LARGE_BODY {
        return text(bytes).and_then(read);
    }
    on_blocking_thread(move || text(bytes).and_then(read)).await?
}

/// UTF-8 without a byte order mark.
fn text(bytes: Bytes) -> Result<String, Refusal> {
    let text = String::from_utf8(bytes.into()).map_err(|_| Refusal::bad("The body is not UTF-8."))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    // serde also reads a struct from a list, which no page of this API promises.
    if !text.trim_start().starts_with('{') {
        return Err(Refusal::bad("The body must be a JSON object."));
    }
    serde_json::from_str(text).map_err(|error| Refusal::bad(format!("The body is not what this call takes: {error}.")))
}
