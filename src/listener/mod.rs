//! Sockets: the connections of a server with their limits, and the way it is served and stopped. The listener knows
//! nothing of the service behind it.

mod connections;
mod localhost;
mod sockets;
mod stream;
mod threads;
mod tls;

pub use connections::{Holds, Secure};
pub use localhost::below_localhost;
pub use sockets::Listener;
pub use threads::TASKS_PER_TURN;
pub use tls::Authority;

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
    listener: Listener,
    service: S,
    (config, names): (&Config, &[&str]),
    shutdown: impl Future<Output = ()>,
) where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let connections = Connections::new(config, names, listener.tls().cloned());
    serve_on(Arc::new(connections), listener, service, shutdown).await;
}

/// Serves what comes from elsewhere: names of headers are read and written as they came, and nothing is added to answers.
pub async fn relay<S>(listener: Listener, service: S, config: &Config, shutdown: impl Future<Output = ()>)
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let connections = Connections::new(config, &[], listener.tls().cloned()).keeping_names();
    serve_on(Arc::new(connections), listener, service, shutdown).await;
}

async fn serve_on<S>(
    connections: Arc<Connections>,
    mut listener: Listener,
    service: S,
    shutdown: impl Future<Output = ()>,
) where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let threads = listener.take_threads();
    tokio::select! {
        () = connections.accept(&listener, threads.as_ref(), &service) => {}
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
    // Elsewhere: what the threads still do may wait for something that this runtime does.
    let _ = tokio::task::spawn_blocking(move || drop(threads)).await;
}
