//! `POST /worlds/{w}/verify`: were there as many requests as a test expects?

use super::{parsed, problem, world_of};
use crate::app::App;
use crate::journal::verify::Expectation;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;

/// 200 with the verdict, satisfied or not: a verdict is an answer, no error.
pub async fn verify(State(app): State<App>, Path(world): Path<String>, body: Bytes) -> Response {
    let read = world_of(&world).and_then(|world| Ok((world, parsed::<Expectation>(&body)?)));
    let (world, expectation) = match read {
        Ok(read) => read,
        Err(refusal) => return *refusal,
    };
    if let Some(sentence) = expectation.times.contradiction() {
        return problem(StatusCode::BAD_REQUEST, sentence);
    }
    Json(expectation.verdict(&app.journal().of(&world))).into_response()
}
