//! Sockets: the connections of a server with their limits, and the way it is served and stopped. The listener knows
//! nothing of the service behind it.

mod connections;
mod sockets;

pub use sockets::Sockets;

use crate::config::Config;
use axum::extract::Request;
use axum::response::Response;
use connections::Connections;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tower::Service;

/// How long requests in flight may take after a shutdown has begun.
pub const GRACE: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is done, then finishes the requests in flight. A socket that fails costs its own connection.
/// `names` are the headers whose names are not in title case.
pub async fn serve<S>(
    sockets: Sockets,
    service: S,
    (config, names): (&Config, &[&str]),
    shutdown: impl Future<Output = ()>,
) where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let connections = Arc::new(Connections::new(config, names));
    tokio::select! {
        () = connections.accept(&sockets, &service) => {}
        () = connections.sweep() => {}
        () = shutdown => {}
    }
    drop(sockets);
    connections.stop();
    tokio::select! {
        () = connections.ended() => {}
        () = connections.sweep() => {}
        // Requests that outlast the grace are cut; without this one slow client could keep the server alive.
        () = tokio::time::sleep(GRACE) => connections.cut(),
    }
}
