//! The server: one service in front of the control API's router and the gateway to the emulated APIs, and the way it is
//! served and stopped.

use crate::control;
use crate::listener::connections::Connections;
use crate::pipeline::Gateway;
use crate::pipeline::address;
use crate::pipeline::app::App;
use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tower::{Service, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;
use tracing::Instrument;

/// Where the control API lives.
const CONTROL: &str = "/_usertwin";

/// How long requests in flight may take once a shutdown was asked for.
pub const GRACE: Duration = Duration::from_secs(10);

/// Everything the server answers, as one service: our own paths through a router, all others straight to the gateway,
/// which does its own routing. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Surface {
    control: Router,
    gateway: Arc<Gateway>,
}

impl Surface {
    /// The service over a server's state.
    #[must_use]
    pub fn new(app: App) -> Surface {
        let gateway = Arc::new(Gateway::new(app.clone()));
        let control = Router::new()
            .nest(CONTROL, control::router(app))
            // Innermost first: a panic ends one request.
            .layer(CatchPanicLayer::new())
            // A 5xx may be just what a test asked for; what goes wrong in earnest is logged where it happens.
            .layer(TraceLayer::new_for_http().make_span_with(span).on_failure(()));
        Surface { control, gateway }
    }

    /// The answer to a request.
    pub async fn answer(self, mut request: Request) -> Response {
        // Control calls name their world themselves, so a prefix says nothing; it is only tolerated.
        if let Some(uri) = without_world(request.uri()) {
            *request.uri_mut() = uri;
        }
        if is_control(request.uri().path()) {
            return self.control.oneshot(request).await.into_response();
        }
        let (span, started) = (span(&request), Instant::now());
        // Endpoints' panics are answered by their APIs; this is for whatever is left.
        let answered = AssertUnwindSafe(self.gateway.handle(request)).catch_unwind().instrument(span.clone()).await;
        let response = answered.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
        span.in_scope(
            || tracing::debug!(status = response.status().as_u16(), latency = ?started.elapsed(), "answered"),
        );
        response
    }
}

impl Service<Request> for Surface {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let answer = self.clone().answer(request);
        Box::pin(async { Ok(answer.await) })
    }
}

/// What the log says a request was. The query is left out, as it may hold codes, tokens and passwords.
fn span(request: &Request) -> tracing::Span {
    tracing::debug_span!("request", method = %request.method(), path = %address::visible(request.uri().path()))
}

fn is_control(path: &str) -> bool {
    path.strip_prefix(CONTROL).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The address of a control call that stands behind a world's prefix, without it.
fn without_world(uri: &Uri) -> Option<Uri> {
    let address = uri.path().strip_prefix("/w/")?;
    let at = address.find('/').filter(|at| address.get(*at..).is_some_and(is_control))?;
    let behind = uri.path_and_query()?.as_str().get("/w/".len() + at..)?;
    behind.parse().ok()
}

/// Serves until `shutdown` is done, then finishes the requests in flight.
///
/// # Errors
/// None so far; a socket that fails costs its own connection.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let connections = Arc::new(Connections::new(app.config()));
    let surface = Surface::new(app.clone());
    tokio::select! {
        () = connections.accept(&listener, &surface) => {}
        () = connections.sweep() => {}
        () = shutdown => {}
    }
    drop(listener);
    app.journal().close();
    connections.stop();
    tokio::select! {
        () = connections.ended() => {}
        () = connections.sweep() => {}
        // Requests that outlast the grace are cut; without this one slow client could keep the server alive.
        () = tokio::time::sleep(GRACE) => connections.cut(),
    }
    Ok(())
}

/// The address a listener is reached at.
///
/// # Errors
/// When the socket has none.
pub fn address(listener: &TcpListener) -> std::io::Result<SocketAddr> {
    listener.local_addr()
}
