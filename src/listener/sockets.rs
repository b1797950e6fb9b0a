//! The sockets of a server: bound before the first line on stdout, accepted from in turn, gone with the server.

use super::stream::Stream;
use super::threads::Threads;
use super::tls::Tls;
use crate::config::{Config, Listen, reachable};
use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::net::{TcpListener, TcpStream};

/// The sockets of a server, and whether TLS is spoken there.
#[derive(Debug)]
pub struct Listener {
    sockets: Vec<Socket>,
    /// The socket that is asked first: none is kept waiting by connections to another.
    next: AtomicUsize,
    tls: Option<Tls>,
    threads: Option<Threads>,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(tokio::net::UnixListener, SocketFile),
}

impl Listener {
    /// Binds where the settings say, and makes TLS ready if they ask for it.
    ///
    /// # Errors
    /// A sentence that names the setting and a remedy.
    pub async fn bind(config: &Config) -> Result<Listener, String> {
        let tls = Tls::open(config)?;
        let sockets = match &config.listen {
            Listen::Address(address) => {
                let taken = |error| format!("--listen {address}: {error}; choose a free address, or port 0");
                vec![Socket::Tcp(TcpListener::bind(address).await.map_err(taken)?)]
            }
            Listen::Localhost(port) => {
                let taken = |error| format!("--listen localhost:{port}: {error}; choose a free port, or 0");
                both_loopbacks(*port).await.map_err(taken)?
            }
            Listen::Unix(path) => vec![unix(path).await?],
        };
        sockets.iter().for_each(Socket::lengthen_backlog);
        Ok(Listener { sockets, next: AtomicUsize::new(0), tls, threads: None })
    }

    /// The same, with a thread for the connections of each processor. Otherwise, and where there is one processor, they are
    /// served in the runtime that accepts them.
    ///
    /// # Errors
    /// A sentence, when the system has no more threads.
    pub fn on_threads(self, processors: usize) -> Result<Listener, String> {
        if processors < 2 {
            return Ok(self);
        }
        match Threads::start(processors) {
            Ok(threads) => Ok(Listener { threads: Some(threads), ..self }),
            Err(error) => {
                Err(format!("no thread can be started: {error}; let the server have more of them (`ulimit -u`)"))
            }
        }
    }

    /// Where clients find the server: `http://ADDRESS:PORT`, reachable from this machine, or `unix:PATH`.
    ///
    /// # Errors
    /// When the system does not know the socket's address any more.
    pub fn url(&self) -> io::Result<String> {
        match self.sockets.first() {
            Some(Socket::Tcp(listener)) => Ok(format!("http://{}", reachable(listener.local_addr()?))),
            #[cfg(unix)]
            Some(Socket::Unix(_, SocketFile(path))) => Ok(format!("unix:{}", path.display())),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// The same as it is printed: the address that is listened on.
    ///
    /// # Errors
    /// When the system does not know the socket's address any more.
    pub fn printed(&self) -> io::Result<String> {
        match self.sockets.first() {
            Some(Socket::Tcp(listener)) => Ok(format!("http://{}", listener.local_addr()?)),
            _ => self.url(),
        }
    }

    /// Whether the server is reached through TCP from this machine alone, so that a website could reach it by a rebound
    /// name. Through a Unix socket no browser comes.
    #[must_use]
    pub fn is_on_loopback(&self) -> bool {
        self.sockets.iter().any(|socket| matches!(socket, Socket::Tcp(_))) && !self.is_open_to_others()
    }

    /// Whether other machines can reach the server.
    #[must_use]
    pub fn is_open_to_others(&self) -> bool {
        self.sockets.iter().any(|socket| match socket {
            Socket::Tcp(listener) => !listener.local_addr().is_ok_and(|address| address.ip().is_loopback()),
            #[cfg(unix)]
            Socket::Unix(..) => false,
        })
    }

    /// How the server speaks TLS, if it does.
    #[must_use]
    pub fn tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
    }

    /// The threads for the connections, once.
    pub(super) fn take_threads(&mut self) -> Option<Threads> {
        self.threads.take()
    }

    /// The next connection of any of the sockets.
    pub(super) async fn accept(&self) -> io::Result<Stream> {
        poll_fn(|context| self.poll_accept(context)).await
    }

    pub(super) fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<Stream>> {
        let start = self.next.fetch_add(1, Ordering::Relaxed) % self.sockets.len().max(1);
        for socket in self.sockets.iter().cycle().skip(start).take(self.sockets.len()) {
            let accepted = match socket {
                Socket::Tcp(listener) => listener.poll_accept(context).map_ok(|(stream, _)| {
                    prepare(&stream);
                    Stream::Tcp(stream)
                }),
                #[cfg(unix)]
                Socket::Unix(listener, _) => listener.poll_accept(context).map_ok(|(stream, _)| Stream::Unix(stream)),
            };
            if accepted.is_ready() {
                return accepted;
            }
        }
        Poll::Pending
    }

    /// The connections that are in the backlog; the sockets close. The runtime may not know yet that there are any, the
    /// system does.
    pub(super) fn into_queued(self) -> Vec<Stream> {
        self.sockets.into_iter().flat_map(Socket::into_queued).collect()
    }
}

/// Connections that may wait to be accepted; the system may allow for fewer. The 128 that the runtime asks for are less
/// than a client opens at once that asks a few hundred things in parallel, and one too many is tried again after a second.
const BACKLOG: i32 = 4096;

impl Socket {
    fn lengthen_backlog(&self) {
        // Where a second call is not allowed the first one counts.
        let _ = match self {
            Socket::Tcp(listener) => socket2::SockRef::from(listener).listen(BACKLOG),
            #[cfg(unix)]
            Socket::Unix(listener, _) => socket2::SockRef::from(listener).listen(BACKLOG),
        };
    }

    fn into_queued(self) -> Vec<Stream> {
        match self {
            Socket::Tcp(listener) => listener.into_std().map_or_else(
                |_| Vec::new(),
                |listener| {
                    let next = std::iter::from_fn(|| unless_empty(|| listener.accept()));
                    next.filter_map(|(stream, _)| {
                        let _ = stream.set_nonblocking(true);
                        let stream = TcpStream::from_std(stream).ok()?;
                        prepare(&stream);
                        Some(Stream::Tcp(stream))
                    })
                    .collect()
                },
            ),
            #[cfg(unix)]
            Socket::Unix(listener, _) => listener.into_std().map_or_else(
                |_| Vec::new(),
                |listener| {
                    let next = std::iter::from_fn(|| unless_empty(|| listener.accept()));
                    next.filter_map(|(stream, _)| {
                        let _ = stream.set_nonblocking(true);
                        tokio::net::UnixStream::from_std(stream).ok().map(Stream::Unix)
                    })
                    .collect()
                },
            ),
        }
    }
}

/// The next connection that waits; none if none is left, or no descriptor for it.
fn unless_empty<T>(accept: impl Fn() -> io::Result<T>) -> Option<T> {
    loop {
        match accept() {
            Ok(accepted) => return Some(accepted),
            Err(error) if is_of_the_client(&error) => {}
            Err(_) => return None,
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Listener {
        let sockets = vec![Socket::Tcp(listener)];
        Listener { sockets, next: AtomicUsize::new(0), tls: None, threads: None }
    }
}

/// 127.0.0.1 and `[::1]` at the same port. A machine without IPv6 has the first alone.
async fn both_loopbacks(port: u16) -> io::Result<Vec<Socket>> {
    /// chosen: how many free ports are tried of which the other loopback's is taken.
    const TRIES: usize = 16;
    let mut taken = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..if port == 0 { TRIES } else { 1 } {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = first.local_addr()?.port();
        match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await {
            Ok(second) => return Ok(vec![Socket::Tcp(first), Socket::Tcp(second)]),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                // Another program would get what clients send to `localhost`.
                taken = io::Error::new(error.kind(), format!("[::1]:{port}: {error}"));
            }
            Err(_) => return Ok(vec![Socket::Tcp(first)]),
        }
    }
    Err(taken)
}

/// The file of a Unix socket, removed with the server.
#[derive(Debug)]
struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(unix)]
async fn unix(path: &Path) -> Result<Socket, String> {
    use std::os::unix::fs::FileTypeExt;
    let refused = |reason: String| format!("--listen unix:{}: {reason}", path.display());
    if let Ok(there) = std::fs::symlink_metadata(path) {
        if !there.file_type().is_socket() {
            return Err(refused("there is a file of another kind; name a path that is free".to_owned()));
        }
        // What a server that was killed has left behind takes no connection.
        if tokio::net::UnixStream::connect(path).await.is_ok() {
            return Err(refused("another server listens there; choose another path".to_owned()));
        }
        std::fs::remove_file(path).map_err(|error| refused(error.to_string()))?;
    }
    match tokio::net::UnixListener::bind(path) {
        Ok(listener) => Ok(Socket::Unix(listener, SocketFile(path.to_owned()))),
        Err(error) => Err(refused(format!("{error}; name a file in a folder that exists and may be written to"))),
    }
}

#[cfg(not(unix))]
async fn unix(path: &Path) -> Result<Socket, String> {
    Err(format!("--listen unix:{}: there are no Unix sockets on this system", path.display()))
}

/// The bytes of an answer that the system takes before it has sent those in front of them: less than it takes to keep a
/// network busy, as it sends on while it asks for more.
#[cfg(any(target_os = "linux", target_os = "android"))]
const UNSENT: u32 = 128 * 1024;

/// Prepares a connection for answers.
fn prepare(stream: &TcpStream) {
    // An answer never waits for the client to acknowledge the one before.
    let _ = stream.set_nodelay(true);
    // Otherwise the system takes megabytes for each client that reads nothing. A few hundred of them fill the memory it has
    // for TCP, and it then stops sending to every client until their time is up; here they count as `--answer-memory`.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT);
}

/// Whether accepting failed because of that connection alone.
pub(super) fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn hundreds_of_connections_that_come_at_once_wait_to_be_accepted() {
        use std::time::Duration;
        let config = Config::from_flags(&["--listen", "127.0.0.1:0"]).unwrap();
        let listener = Listener::bind(&config).await.unwrap();
        let Socket::Tcp(socket) = &listener.sockets[0] else { panic!("{listener:?}") };
        let address = socket.local_addr().unwrap();
        let allowed: usize = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap().trim().parse().unwrap();
        let wait = Duration::from_millis(500);
        let connect = |_| std::net::TcpStream::connect_timeout(&address, wait).unwrap();
        let waiting: Vec<_> = (0..allowed.min(400)).map(connect).collect();
        drop(waiting);
    }

    #[test]
    fn a_client_that_hangs_up_is_not_a_failure_of_the_server() {
        assert!(is_of_the_client(&io::ErrorKind::ConnectionAborted.into()));
        // No descriptor is left.
        assert!(!is_of_the_client(&io::Error::from_raw_os_error(24)));
    }
}
