//! What a connection on a port for HTTP and HTTPS does first: its first byte tells which it is, and TLS shakes hands. Both
//! are steps of the connection, so the sweep and a shutdown end them as they end a request's head.

use super::activity::{Activity, Order, Phase};
use crate::listener::stream::Stream;
use crate::listener::tls::{FIRST_BYTE, Tls};
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;
use tokio::net::TcpStream;

/// The stream of a new connection; nothing if it ended first.
pub(super) async fn shake_hands(stream: TcpStream, tls: &Tls, activity: &Activity) -> Option<Stream> {
    let mut first = [0];
    match unless_ended(activity, stream.peek(&mut first)).await? {
        Ok(1..) => {}
        Ok(0) | Err(_) => return None,
    }
    if first != [FIRST_BYTE] {
        return Some(Stream::Tcp(stream));
    }
    activity.enter(Phase::Head);
    let shaken = match unless_ended(activity, tls.acceptor().accept(stream)).await? {
        Ok(stream) => Some(Stream::Tls(Box::new(stream))),
        Err(error) => {
            tell(&error);
            None
        }
    };
    activity.enter(Phase::Idle);
    shaken
}

/// What a future gives, unless the connection's time is up or the server stops.
async fn unless_ended<T>(activity: &Activity, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut registered = false;
    poll_fn(|context| {
        if !std::mem::replace(&mut registered, true) {
            activity.register(context.waker());
        }
        // First what has come: a connection of the backlog is told to stop from its beginning, and has a request.
        if let Poll::Ready(value) = future.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        if activity.order() != Order::Go || activity.has_expired() {
            return Poll::Ready(None);
        }
        Poll::Pending
    })
    .await
}

/// Says why a handshake failed: a client that does not trust the authority says so to the server, and often to nobody
/// else.
fn tell(error: &io::Error) {
    tracing::debug!(%error, "a TLS handshake failed; `usertwin cert --hint` says how clients trust this server");
}
