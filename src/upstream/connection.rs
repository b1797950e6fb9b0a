//! One connection to a real service: hyper's HTTP/1.1 over TCP or TLS.

use super::address::Address;
use axum::body::Body;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// The answer to a request that a connection took.
pub(super) type Answer = BoxFuture<'static, hyper::Result<Response<Incoming>>>;

/// The sending half of a connection.
pub(super) struct Sender(SendRequest<Body>);

impl Sender {
    /// Sends a request; gives it back where the connection did not take it.
    pub(super) async fn try_send(&mut self, request: Request<Body>) -> Result<Answer, Request<Body>> {
        if self.0.is_closed() {
            return Err(request);
        }
        let mut sent = Box::pin(self.0.try_send_request(request));
        // Whether it was taken shows at once, or when its answer fails; the caller waits for the answer with its own limit.
        let first = poll_fn(|context| Poll::Ready(Pin::new(&mut sent).poll(context))).await;
        let known = match first {
            Poll::Ready(Err(mut error)) => match error.take_message() {
                Some(request) => return Err(request),
                None => Err(error.into_error()),
            },
            Poll::Ready(Ok(answer)) => Ok(answer),
            Poll::Pending => {
                let waiting = async move { sent.await.map_err(hyper::client::conn::TrySendError::into_error) };
                return Ok(Box::pin(waiting));
            }
        };
        Ok(Box::pin(std::future::ready(known)))
    }

    /// Waits until a further request may follow; false where none may.
    pub(super) async fn is_ready_again(&mut self) -> bool {
        self.0.ready().await.is_ok()
    }

    /// Whether the connection is open, as far as is known.
    pub(super) fn is_open(&self) -> bool {
        self.0.is_ready()
    }
}

/// Opens a connection.
///
/// # Errors
/// A sentence without the address.
pub(super) async fn open(address: &Address, tls: Option<&TlsConnector>) -> Result<Sender, String> {
    let stream = TcpStream::connect((address.host.as_str(), address.port)).await.map_err(|error| error.to_string())?;
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else { return begun(stream).await };
    let name = ServerName::try_from(address.host.clone()).map_err(|_| "its host is no name for TLS".to_owned())?;
    let stream = tls.connect(name, stream).await.map_err(|error| {
        let text = error.to_string();
        match text.contains("UnknownIssuer") {
            true => "its certificate is of an authority that is not trusted here; name the authority's file with --ca"
                .to_owned(),
            false => text,
        }
    })?;
    begun(stream).await
}

async fn begun(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Result<Sender, String> {
    // Names of ours have the case that those of most clients have.
    let handshake = Builder::new().preserve_header_case(true).title_case_headers(true).handshake(TokioIo::new(stream));
    let (sender, connection) = handshake.await.map_err(|error| reason(&error))?;
    // Its errors are those of the requests on it.
    tokio::spawn(connection);
    Ok(Sender(sender))
}

/// An error with what caused it, which hyper's own text leaves out.
pub(super) fn reason(error: &hyper::Error) -> String {
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(known) = cause {
        text = format!("{text}: {known}");
        cause = known.source();
    }
    text
}
