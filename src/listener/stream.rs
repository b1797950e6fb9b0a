//! The bytes of a connection, however they come: over TCP, over TLS, or through a Unix socket. One type for all three
//! keeps one copy of hyper's code in the program; the choice costs a request a branch or two.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// The bytes of a connection.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
}

/// A stream between two runtimes.
#[derive(Debug)]
pub(super) enum Detached {
    Tcp(std::net::TcpStream),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixStream),
}

impl Stream {
    /// Takes a stream that was just accepted from its runtime.
    ///
    /// # Errors
    /// When the runtime does not let go of it; over TLS it never does.
    pub(super) fn detach(self) -> io::Result<Detached> {
        match self {
            Stream::Tcp(stream) => stream.into_std().map(Detached::Tcp),
            Stream::Tls(_) => Err(io::ErrorKind::Unsupported.into()),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.into_std().map(Detached::Unix),
        }
    }

    /// Whether others cannot read along.
    pub(super) fn is_secure(&self) -> bool {
        matches!(self, Stream::Tls(_))
    }
}

impl Detached {
    /// Gives the stream to the runtime that this is called in.
    ///
    /// # Errors
    /// When the runtime cannot watch another socket.
    pub(super) fn attach(self) -> io::Result<Stream> {
        match self {
            Detached::Tcp(stream) => TcpStream::from_std(stream).map(Stream::Tcp),
            #[cfg(unix)]
            Detached::Unix(stream) => tokio::net::UnixStream::from_std(stream).map(Stream::Unix),
        }
    }
}

/// The same call on each kind of stream.
macro_rules! each {
    ($stream:expr, $name:ident ( $($argument:expr),* )) => {
        match $stream.get_mut() {
            Stream::Tcp(stream) => Pin::new(stream).$name($($argument),*),
            Stream::Tls(stream) => Pin::new(stream.as_mut()).$name($($argument),*),
            #[cfg(unix)]
            Stream::Unix(stream) => Pin::new(stream).$name($($argument),*),
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        each!(self, poll_read(context, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        each!(self, poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        each!(self, poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Stream::Tcp(stream) => stream.is_write_vectored(),
            Stream::Tls(stream) => stream.is_write_vectored(),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, poll_shutdown(context))
    }
}
