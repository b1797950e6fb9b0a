//! How long a batch of 100,000 Expoints users with two roles each takes, from the first byte read to the last byte of
//! the answer: `cargo bench --bench batches` prints it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use axum::body::Body;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use std::time::Instant;
use tower::ServiceExt;
use usertwin::config::Config;
use usertwin::pipeline::app::App;

#[path = "harness/batch.rs"]
mod batch;

fn main() {
    // What `cargo test --benches` asks for is only that it starts.
    let users = if std::env::args().any(|argument| argument == "--bench") { 100_000 } else { 10 };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let router = usertwin::listener::server::Surface::new(App::open(Config::of_flags(&[]).unwrap()).await.unwrap());
        let roles = roles(&router).await;
        let roles = [roles[0].as_str(), &roles[1]];
        let json = batch::json(users, roles, "example.com");
        let xml = batch::xml(users, roles, "example.com");
        timed(&router, "POST", "application/json", json.clone(), StatusCode::OK).await;
        timed(&router, "PUT", "application/json", json.clone(), StatusCode::OK).await;
        timed(&router, "POST", "application/json", json, StatusCode::BAD_REQUEST).await;
        timed(&router, "PUT", "application/xml", xml, StatusCode::OK).await;
        timed(&router, "GET", "application/json", String::new(), StatusCode::OK).await;
        timed(&router, "GET", "application/xml", String::new(), StatusCode::OK).await;
    });
}

/// The roles of the demo seed.
async fn roles(router: &usertwin::listener::server::Surface) -> Vec<String> {
    let (status, body) = send(router, "GET", "/external/api/v3/role", "application/json", String::new()).await;
    assert_eq!(status, StatusCode::OK);
    let roles: Vec<serde_json::Value> = serde_json::from_slice(&body).unwrap();
    roles.iter().map(|role| role["Id"].as_str().unwrap().to_owned()).collect()
}

async fn timed(
    router: &usertwin::listener::server::Surface,
    method: &str,
    media_type: &str,
    body: String,
    expected: StatusCode,
) {
    let sent = body.len();
    let start = Instant::now();
    let (status, answer) = send(router, method, batch::PATH, media_type, body).await;
    println!("{method:<4} {media_type:<16} {sent:>9} bytes sent, {:>9} received  {:?}", answer.len(), start.elapsed());
    assert_eq!(status, expected);
}

async fn send(
    router: &usertwin::listener::server::Surface,
    method: &str,
    path: &str,
    media_type: &str,
    body: String,
) -> (StatusCode, Vec<u8>) {
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    let request = request.header("authorization", "Bearer good").header("accept", media_type);
    let request = request.header("content-type", media_type).header("content-length", body.len());
    let response = router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status();
    (status, response.into_body().collect().await.unwrap().to_bytes().to_vec())
}
