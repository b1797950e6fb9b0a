//! A whole server: the router behind a listener.

use crate::listener;
use crate::pipeline::app::App;
use crate::router::router;
use tokio::net::TcpListener;

/// Serves until `shutdown` is done, then finishes the requests in flight.
pub async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()> + Send + 'static) {
    let stopping = async {
        shutdown.await;
        // Readers of the journal's stream would never finish by themselves.
        app.journal().close();
    };
    listener::serve(listener, router(app.clone()), app.config(), stopping).await;
}
