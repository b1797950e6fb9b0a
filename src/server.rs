//! The server: one router for our own paths, everything else to the emulated APIs. Layers stand in the order in which
//! a request meets them, each with its why.

use crate::app::App;
use crate::control;
use crate::gateway::Gateway;
use axum::Router;
use axum::extract::Request;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;

/// How long requests in flight may take once a shutdown was asked for.
pub const GRACE: Duration = Duration::from_secs(10);

/// The router over a server's state.
pub fn router(app: App) -> Router {
    let gateway = Arc::new(Gateway::new(app.clone()));
    let apis = move |request: Request| {
        let gateway = Arc::clone(&gateway);
        async move { gateway.handle(request).await }
    };
    Router::new()
        .nest("/_usertwin", control::router(app))
        .fallback(apis)
        // Innermost first. A panic ends one request, not a server that a whole CI run shares.
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http())
}

/// Serves until `shutdown` is done, then finishes the requests in flight.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let journal = app.clone();
    let signal = async move {
        shutdown.await;
        journal.journal().close();
        let _ = stop.send(());
    };
    let server = axum::serve(listener, router(app)).with_graceful_shutdown(signal);
    tokio::select! {
        ended = server => Ok(ended?),
        // Requests that outlast the grace are cut; without this one slow client could keep the server alive.
        () = async { let _ = stopped.await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}

/// The address a listener is reached at.
///
/// # Errors
/// When the socket has none.
pub fn address(listener: &TcpListener) -> std::io::Result<SocketAddr> {
    listener.local_addr()
}
