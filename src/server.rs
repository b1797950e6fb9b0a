//! A whole server: the router behind a listener.

use crate::listener::{self, Sockets};
use crate::pipeline::app::App;
use crate::router::router;
use tokio::net::TcpListener;

/// Serves until `shutdown` is done, then finishes the requests in flight.
pub async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()> + Send + 'static) {
    serve_on(listener.into(), app, shutdown).await;
}

/// The same on several sockets.
pub(crate) async fn serve_on(sockets: Sockets, app: App, shutdown: impl Future<Output = ()> + Send + 'static) {
    if sockets.are_loopback() {
        app.guard_hosts();
    }
    let stopping = async {
        shutdown.await;
        // Readers of the journal's stream would never finish by themselves.
        app.journal().close();
    };
    let of_apis = app.apis().iter().filter_map(|api| api.transport.header);
    let names: Vec<&str> = ["WWW-Authenticate", "ETag"].into_iter().chain(of_apis).collect();
    listener::serve(sockets, router(app.clone()), (app.config(), &names), stopping).await;
}
