//! The sockets that a server listens on: one, or one for each loopback address.

use crate::config::Listen;
use std::future::poll_fn;
use std::io::{Error, ErrorKind, Result};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use tokio::net::{TcpListener, TcpStream};

/// How many free ports of 127.0.0.1 are tried until one is free on `::1` as well.
const ATTEMPTS: usize = 16;

/// Bound sockets, at least one.
#[derive(Debug)]
pub struct Sockets {
    first: TcpListener,
    others: Vec<TcpListener>,
    /// The socket that is asked first: none is kept waiting by connections to another.
    next: AtomicUsize,
}

impl From<TcpListener> for Sockets {
    fn from(first: TcpListener) -> Sockets {
        Sockets { first, others: Vec::new(), next: AtomicUsize::new(0) }
    }
}

impl Sockets {
    /// Binds what the setting names.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub async fn bind(listen: &Listen) -> Result<Sockets> {
        match *listen {
            Listen::Address(address) => TcpListener::bind(address).await.map(Sockets::from),
            Listen::Localhost(0) => {
                for _ in 1..ATTEMPTS {
                    match Sockets::bind_localhost(0).await {
                        Err(error) if error.kind() == ErrorKind::AddrInUse => {}
                        bound => return bound,
                    }
                }
                Sockets::bind_localhost(0).await
            }
            Listen::Localhost(port) => Sockets::bind_localhost(port).await,
        }
    }

    /// The same port of both loopback addresses; of 127.0.0.1 alone on a machine without IPv6.
    async fn bind_localhost(port: u16) -> Result<Sockets> {
        let mut sockets = Sockets::from(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?);
        let port = sockets.address()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(second) => sockets.others.push(second),
            // Another program would get what clients send to `localhost`.
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                return Err(Error::new(ErrorKind::AddrInUse, format!("[::1]:{port}: {error}")));
            }
            Err(_) => {}
        }
        Ok(sockets)
    }

    /// The address of the first socket.
    ///
    /// # Errors
    /// When the system does not know it.
    pub fn address(&self) -> Result<SocketAddr> {
        self.first.local_addr()
    }

    /// Whether only this machine can reach them.
    #[must_use]
    pub fn are_loopback(&self) -> bool {
        self.all().all(|socket| socket.local_addr().is_ok_and(|address| address.ip().is_loopback()))
    }

    /// The next connection to any of them.
    ///
    /// # Errors
    /// When a connection cannot be accepted; others still can.
    pub async fn accept(&self) -> Result<TcpStream> {
        poll_fn(|context| {
            let start = self.next.fetch_add(1, Ordering::Relaxed) % (1 + self.others.len());
            for socket in self.all().skip(start).chain(self.all().take(start)) {
                if let Poll::Ready(accepted) = socket.poll_accept(context) {
                    return Poll::Ready(accepted.map(|(stream, _)| stream));
                }
            }
            Poll::Pending
        })
        .await
    }

    fn all(&self) -> impl Iterator<Item = &TcpListener> {
        std::iter::once(&self.first).chain(&self.others)
    }
}
