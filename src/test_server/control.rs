//! Control calls without a socket: the router answers them on the server's runtime while the caller's thread waits, so
//! that tests with and without a runtime of their own make them alike.

use crate::apis::Apis;
use crate::pipeline::address::CONTROL;
use crate::pipeline::app::App;
use crate::router::router;
use axum::Router;
use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST};
use http::{Method, Request};
use http_body_util::BodyExt;
use serde_json::Value;
use std::sync::mpsc;
use std::time::Duration;
use tokio::runtime::Handle;
use tower::ServiceExt;

/// A call that takes longer ends the test instead of holding it up.
const PATIENCE: Duration = Duration::from_secs(30);

/// The control API of a server in this process.
#[derive(Debug, Clone)]
pub struct Control {
    router: Router,
    runtime: Handle,
    apis: Apis,
    token: Option<String>,
}

impl Control {
    pub fn new(app: &App, runtime: Handle) -> Control {
        let token = app.config().control_token.clone();
        Control { router: router(app.clone()), runtime, apis: app.apis().clone(), token }
    }

    /// The directory in front of an API's paths, e.g. `/api`.
    pub fn directory(&self, api: &str) -> &'static str {
        self.apis.named(api).and_then(|api| api.mounts.first()).map_or("", |mount| mount.directory)
    }

    /// Sends a call and waits for its answer, which is null when it has no body.
    ///
    /// # Errors
    /// The sentence of the server's problem document, or that it has stopped.
    pub fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = Request::builder().method(method).uri(format!("{CONTROL}{path}")).header(HOST, "localhost");
        let mut request = request.header(CONTENT_LENGTH, body.len());
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body)).map_err(|error| error.to_string())?;
        let (sender, receiver) = mpsc::channel();
        let router = self.router.clone();
        self.runtime.spawn(async move {
            let _ = sender.send(answer(router, request).await);
        });
        receiver.recv_timeout(PATIENCE).map_err(|_| "the server has stopped".to_owned())?
    }
}

async fn answer(router: Router, request: Request<Body>) -> Result<Value, String> {
    let Ok(answer) = router.oneshot(request).await;
    let status = answer.status();
    let body = answer.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
    let value = match body.is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(&body).map_err(|error| error.to_string())?,
    };
    match status.is_success() {
        true => Ok(value),
        false => Err(refusal(&value)),
    }
}

/// The sentence of a problem document, with each problem of a state document.
fn refusal(problem: &Value) -> String {
    let text = |value: &Value, member: &str| value.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut sentence = text(problem, "detail");
    for one in problem.get("problems").and_then(Value::as_array).into_iter().flatten() {
        sentence.push_str(&format!("\n  {}: {}", text(one, "path"), text(one, "message")));
    }
    sentence
}
