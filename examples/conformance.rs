//! Serves one of the applications that answered the observed pairs over HTTP, on top of this crate's contract, codec
//! and framework layers: `cargo run --release --example conformance -- --app pbnb --listen 127.0.0.1:0`. The first line
//! on standard output names the address.

#[path = "../tests/it/application/mod.rs"]
mod application;

use anyhow::{Context, bail};
use application::{app, json_patch};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use clap::Parser;
use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderValue, StatusCode, header};
use std::net::SocketAddr;
use std::sync::Arc;
use usertwin::frameworks::webapi::Request;

/// Larger bodies are refused.
const MAX_BODY: usize = 64 << 20;

#[derive(Parser)]
struct Arguments {
    /// pbnb, admin or expoints, also with -detail or -nofilter; expoints-put; json-patch.
    #[arg(long)]
    app: String,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let router = match arguments.app.as_str() {
        "json-patch" => Router::new().fallback(patch),
        name => {
            let Some(app) = app::App::named(name) else { bail!("there is no app named {name}") };
            let app = Arc::new(app);
            Router::new().fallback(move |request| answer(app.clone(), request))
        }
    };
    let listener = tokio::net::TcpListener::bind(arguments.listen).await.context("the address cannot be bound")?;
    println!("conformance listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router.layer(DefaultBodyLimit::disable())).await?;
    Ok(())
}

async fn answer(app: Arc<app::App>, request: http::Request<Body>) -> Response {
    let (mut head, body) = request.into_parts();
    // Without either header an HTTP request has no body; the hosts of the framework then assume a length of 0
    // (docs/spec/expoints.md §3.1).
    if !head.headers.contains_key(CONTENT_LENGTH) && !head.headers.contains_key(TRANSFER_ENCODING) {
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let Ok(body) = to_bytes(body, MAX_BODY).await else { return refused() };
    let host = head.headers.get(HOST).map_or("localhost".into(), |host| String::from_utf8_lossy(host.as_bytes()));
    let origin = format!("http://{host}");
    let request = Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        origin,
        headers: head.headers,
        today: usertwin::model::clock::Clock::Real.now().civil().date(),
        body,
    };
    app.handle(&request).response.map(Body::from)
}

async fn patch(request: http::Request<Body>) -> Response {
    let Ok(body) = to_bytes(request.into_body(), MAX_BODY).await else { return refused() };
    let mut response = Response::new(Body::from(json_patch::answer(&body).to_string()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

fn refused() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
}
