//! Our own API under `/_usertwin` (docs/spec/control.md §5): JSON, camelCase, problem documents for its errors. One
//! file per resource, with a [`Call`] next to each handler; [`CALLS`] lists them all. `access` decides who may call,
//! `extract` and `refusal` are shared by every call.

mod access;
mod advice;
mod apis;
mod assets;
mod authority;
mod blocking;
mod body;
mod call;
mod clock;
mod documents;
mod drift;
mod duration;
mod extract;
mod faces;
mod faults;
pub mod front_page;
mod health;
mod listing;
mod metrics;
pub mod openapi;
mod outbox;
mod pieces;
mod question;
mod refusal;
mod requests;
mod state;
mod stream;
mod users;
mod verify;
mod whole;
mod worlds;

pub use call::Call;

use crate::drift::Serve;
use crate::pipeline::app::App;
use crate::pipeline::problem_json::problem;
use axum::extract::DefaultBodyLimit;
use axum::{Extension, Router};
use http::StatusCode;

/// Every call.
pub static CALLS: &[Call] = &[
    health::HEALTH,
    health::LIVE,
    health::READY,
    authority::CERTIFICATE,
    worlds::LIST,
    worlds::CREATE,
    worlds::REMOVE,
    worlds::RESET,
    state::EXPORT,
    state::REPLACE,
    state::DIFF,
    state::CHECK,
    users::LIST,
    users::CREATE,
    users::GET,
    faces::FACES,
    users::REPLACE,
    users::REMOVE,
    clock::GET,
    clock::SET,
    outbox::LIST,
    apis::LIST,
    documents::OPENAPI,
    documents::SCHEMA,
    documents::PAGE,
    requests::LIST,
    requests::CLEAR,
    requests::GET,
    requests::DIFFERENCE,
    requests::AS_CURL,
    requests::AS_HAR,
    stream::STREAM,
    stream::STREAM_ALL,
    advice::ADVICE,
    verify::VERIFY,
    faults::LIST,
    faults::ADD,
    faults::CLEAR,
    faults::REMOVE,
    metrics::METRICS,
    drift::REPLAY,
];

/// The control API's routes: every call, and the files of the console and the documents page.
pub fn router(app: App, serve: Serve) -> Router {
    let calls = CALLS.iter().fold(Router::new(), |router, call| router.route(call.path, call.route()));
    assets::routes(calls)
        .fallback(|| async { problem(StatusCode::NOT_FOUND, "No control call lives at this path.") })
        .method_not_allowed_fallback(|| async {
            problem(StatusCode::METHOD_NOT_ALLOWED, "The control API has no such method at this path.")
        })
        .layer(Extension(serve))
        // Innermost first. The documented limits, not the framework's own of 2 MB.
        .layer(DefaultBodyLimit::disable())
        .layer(axum::middleware::from_fn_with_state(app.clone(), body::receive))
        // Around everything, unknown paths included: a caller without access learns nothing.
        .layer(axum::middleware::from_fn_with_state(app.clone(), access::guard))
        .with_state(app)
}
