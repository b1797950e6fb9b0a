//! A whole server: the router behind a listener.

use crate::listener;
use crate::pipeline::app::App;
use crate::router::router;
use tokio::net::TcpListener;

/// Serves until `shutdown` is done, then finishes the requests in flight.
pub async fn serve(listener: TcpListener, app: App, shutdown: impl Future<Output = ()> + Send + 'static) {
    if listener.local_addr().is_ok_and(|address| address.ip().is_loopback()) {
        app.guard_hosts();
    }
    let stopping = async {
        shutdown.await;
        // Readers of the journal's stream would never finish by themselves.
        app.journal().close();
    };
    let of_apis = app.apis().iter().filter_map(|api| api.transport.header);
    let names: Vec<&str> = ["WWW-Authenticate", "ETag"].into_iter().chain(of_apis).collect();
    tokio::select! {
        () = listener::serve(listener, router(app.clone()), (app.config(), &names), stopping) => {}
        () = app.tend_worlds() => {}
    }
}
