//! Sockets: the connections of a server with their limits, and the way it is served and stopped. The listener knows
//! nothing of the service behind it.

mod connections;

use crate::config::Config;
use axum::extract::Request;
use axum::response::Response;
use connections::Connections;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tower::Service;

/// How long requests in flight may take after a shutdown has begun.
pub const GRACE: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is done, then finishes the requests in flight. A socket that fails costs its own connection.
/// `names` are the headers whose names are not in title case.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    (config, names): (&Config, &[&str]),
    shutdown: impl Future<Output = ()>,
) where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let connections = Arc::new(Connections::new(config, names));
    tokio::select! {
        () = connections.accept(&listener, &service) => {}
        () = connections.sweep() => {}
        () = shutdown => {}
    }
    connections.stop();
    let queued = connections.accept_queued(listener, &service);
    tokio::select! {
        () = connections.ended(queued) => {}
        () = connections.sweep() => {}
        // Requests that outlast the grace are cut; without this one slow client could keep the server alive.
        () = tokio::time::sleep(GRACE) => connections.cut(),
    }
}
