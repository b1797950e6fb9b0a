//! How long a batch of 100,000 Expoints users with two roles each takes, from the first byte read to the last byte of
//! the answer.

use super::{is_test, send, server};
use crate::harness::batch;
use axum::Router;
use axum::body::Body;
use criterion::{Criterion, SamplingMode};
use http::{Request, StatusCode};
use std::time::{Duration, Instant};

pub fn batches(criterion: &mut Criterion) {
    let users = if is_test() { 10 } else { 100_000 };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let first = runtime.block_on(server(&[]));
    let roles = runtime.block_on(roles(&first));
    let roles = [roles[0].as_str(), &roles[1]];
    let (json, xml) = (batch::json(users, roles, "example.com"), batch::xml(users, roles, "example.com"));
    runtime.block_on(timed(&first, "POST", "json", &json, StatusCode::OK));
    let mut group = criterion.benchmark_group(format!("batches/{users}"));
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("post-json", |bencher| {
        bencher.iter_custom(|times| {
            let once =
                |_| runtime.block_on(async { timed(&server(&[]).await, "POST", "json", &json, StatusCode::OK).await });
            (0..times).map(once).sum()
        });
    });
    for (name, method, format, body, expected) in [
        ("put-json", "PUT", "json", json.as_str(), StatusCode::OK),
        ("post-json-refused", "POST", "json", &json, StatusCode::BAD_REQUEST),
        ("put-xml", "PUT", "xml", &xml, StatusCode::OK),
        ("get-json", "GET", "json", "", StatusCode::OK),
        ("get-xml", "GET", "xml", "", StatusCode::OK),
    ] {
        group.bench_function(name, |bencher| {
            let once = |_| runtime.block_on(timed(&first, method, format, body, expected));
            bencher.iter_custom(|times| (0..times).map(once).sum());
        });
    }
}

/// The roles of the demo seed.
async fn roles(server: &Router) -> Vec<String> {
    let (status, body) = send(server, request("GET", "/external/api/v3/role", "json", "")).await;
    assert_eq!(status, StatusCode::OK);
    let roles: Vec<serde_json::Value> = serde_json::from_slice(&body).unwrap();
    roles.iter().map(|role| role["Id"].as_str().unwrap().to_owned()).collect()
}

async fn timed(server: &Router, method: &str, format: &str, body: &str, expected: StatusCode) -> Duration {
    let request = request(method, batch::PATH, format, body);
    let start = Instant::now();
    let (status, _) = send(server, request).await;
    let taken = start.elapsed();
    assert_eq!(status, expected);
    taken
}

fn request(method: &str, path: &str, format: &str, body: &str) -> Request<Body> {
    let media_type = format!("application/{format}");
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    let request = request.header("authorization", "Bearer good").header("accept", &media_type);
    let request = request.header("content-type", media_type).header("content-length", body.len());
    request.body(Body::from(body.to_owned())).unwrap()
}
