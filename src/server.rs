//! The server: one router for our own paths, everything else to the emulated APIs. Layers stand in the order in which
//! a request meets them, each with its why.

use crate::app::App;
use crate::connections::Connections;
use crate::control;
use crate::gateway::Gateway;
use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::response::IntoResponse;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;

/// Where the control API lives.
const CONTROL: &str = "/_usertwin";

/// How long requests in flight may take once a shutdown was asked for.
pub const GRACE: Duration = Duration::from_secs(10);

/// The router over a server's state.
pub fn router(app: App) -> Router {
    let gateway = Arc::new(Gateway::new(app.clone()));
    let control = Router::new().nest(CONTROL, control::router(app));
    let behind_a_world = control.clone();
    let apis = move |mut request: Request| {
        let gateway = Arc::clone(&gateway);
        let control = behind_a_world.clone();
        async move {
            match without_world(request.uri()) {
                // Control calls name their world themselves, so the prefix says nothing; it is only tolerated.
                Some(uri) => {
                    *request.uri_mut() = uri;
                    control.oneshot(request).await.into_response()
                }
                None => gateway.handle(request).await,
            }
        }
    };
    control
        .fallback(apis)
        // Innermost first. The gateway answers its own panics; this is for whatever is left.
        .layer(CatchPanicLayer::new())
        // A 5xx may be just what a test asked for; what goes wrong in earnest is logged where it happens.
        .layer(TraceLayer::new_for_http().on_failure(()))
}

/// The address of a control call that stands behind a world's prefix, without it.
fn without_world(uri: &Uri) -> Option<Uri> {
    let address = uri.path().strip_prefix("/w/")?;
    let at = address.find('/').filter(|at| address.get(*at..).is_some_and(|rest| rest.starts_with(CONTROL)))?;
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
    let router = router(app.clone());
    tokio::select! {
        () = connections.accept(&listener, &router) => {}
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
