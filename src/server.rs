//! A whole server: the router behind a listener.

use crate::listener::{self, Listener};
use crate::pipeline::app::App;
use crate::router::router;

/// Serves until `shutdown` is done, then finishes the requests in flight.
pub async fn serve(listener: impl Into<Listener>, app: App, shutdown: impl Future<Output = ()> + Send + 'static) {
    let listener = listener.into();
    if listener.is_on_loopback() {
        app.guard_hosts();
    }
    if let Some(authority) = listener.tls().and_then(|tls| tls.authority()) {
        app.set_authority(authority.pem());
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
