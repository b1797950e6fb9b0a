//! The body of a control call, read within the server's limits before the call is handled. Its memory stays reserved
//! until the call is answered.

use super::refusal::Refusal;
use crate::pipeline::app::App;
use crate::pipeline::request_body::{BodyError, Purpose};
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::CONNECTION;
use http::{HeaderValue, StatusCode};

/// Reads the body whole.
pub(super) async fn receive(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    match app.bodies().receive(&head.headers, body, Purpose::Document).await {
        Ok(received) => next.run(Request::from_parts(head, Body::from(received.bytes))).await,
        Err(error) => {
            let mut response = refusal(&app, error).into_response();
            // The rest of the body is never read, so nothing can follow it.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
    }
}

fn refusal(app: &App, error: BodyError) -> Refusal {
    match error {
        BodyError::TooLarge => {
            let limit = app.config().body_limit;
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, format!("The body is longer than --body-limit, {limit} bytes."))
        }
        BodyError::TooMuchMemory(limit) => {
            let sentence = format!(
                "The body is longer than {limit} bytes, of which a document takes as much memory as --upload-memory allows."
            );
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
        }
        BodyError::TooSlow => {
            let sentence = "The body stopped arriving for longer than --request-timeout allows.";
            Refusal::new(StatusCode::REQUEST_TIMEOUT, sentence)
        }
        BodyError::Incomplete => Refusal::bad("The body did not arrive whole."),
    }
}
