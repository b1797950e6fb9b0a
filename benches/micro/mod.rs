//! The groups of the micro bench.

pub mod batches;
pub mod codecs;
pub mod data;
pub mod layout;
pub mod layouts;
pub mod requests;
pub mod worlds;

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;
use usertwin::pipeline::app::App;
use usertwin::{Apis, Config};

/// A server without its connections.
pub async fn server(flags: &[&str]) -> Router {
    usertwin::router(App::open(Apis::four(), Config::from_flags(flags).unwrap()).await.unwrap())
}

/// Sends a request through the whole server; the status and the whole body.
pub async fn send(server: &Router, request: Request<Body>) -> (StatusCode, Vec<u8>) {
    let response = server.clone().oneshot(request).await.unwrap();
    (response.status(), response.into_body().collect().await.unwrap().to_bytes().to_vec())
}

/// What `cargo test --benches` asks for is only that everything runs once.
pub fn is_test() -> bool {
    !std::env::args().any(|argument| argument == "--bench")
}
