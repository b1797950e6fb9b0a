//! One connection from its first byte to its last: hyper's HTTP/1.1 over the socket, ended from outside when the
//! client's time is up or the server stops.

use super::activity::{Activity, Order, Phase};
use super::answer::Answer;
use super::handshake::shake_hands;
use super::name_case::NameCase;
use super::phases::let_others_go_first;
use super::socket::Socket;
use super::{Connections, Limits, Opened};
use crate::listener::stream::Stream;
use crate::listener::threads::Place;
use axum::body::Body;
use http::header::{CONNECTION, HOST, TRANSFER_ENCODING};
use http::{HeaderValue, Request, Response, StatusCode, Version};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1::Parts;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::sleep;
use tower::{Service, ServiceExt};

/// The pause between two checks for free memory for answers.
const MEMORY_PAUSE: Duration = Duration::from_millis(25);

/// Why a connection ended.
enum End {
    /// By HTTP.
    Served(hyper::Result<()>),
    /// The client's time was up.
    Expired,
    /// From outside.
    Cut,
}

/// Marks a request that came over TLS.
#[derive(Debug, Clone, Copy)]
pub struct Secure;

/// Goes with an answer whose body holds that much memory until it has been sent, in bytes. It counts as bytes on their way
/// do.
#[derive(Debug, Clone, Copy)]
pub struct Holds(pub usize);

/// Serves a connection.
pub(super) async fn serve<S>(stream: Stream, inner: S, connections: Arc<Connections>, place: Place)
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone,
{
    let opened = Opened::register(connections, place);
    let (activity, limits) = (opened.activity(), opened.limits());
    let stream = match (stream, opened.tls()) {
        (Stream::Tcp(stream), Some(tls)) => match shake_hands(stream, tls, activity).await {
            Some(stream) => stream,
            None => return,
        },
        (stream, _) => stream,
    };
    let is_secure = stream.is_secure();
    let socket = TokioIo::new(Socket::new(stream, Arc::clone(activity), limits.uri));
    let name_case = opened.name_case();
    let service = service_fn(move |mut request: Request<Incoming>| {
        if is_secure {
            request.extensions_mut().insert(Secure);
        }
        answer(request, inner.clone(), Arc::clone(activity), (*limits, name_case))
    });
    // One that begins while the server stops has one request; told to end before it is read, it would get no answer.
    let (mut registered, mut stopping) = (false, activity.order() == Order::Stop);
    let mut protocol = opened.protocol().clone();
    let mut connection = protocol.keep_alive(!stopping).serve_connection(socket, service);
    let end = poll_fn(|context| {
        if !std::mem::replace(&mut registered, true) {
            activity.register(context.waker());
        }
        match activity.order() {
            Order::Cut => return Poll::Ready(End::Cut),
            Order::Stop if !std::mem::replace(&mut stopping, true) => Pin::new(&mut connection).graceful_shutdown(),
            Order::Stop | Order::Go => {}
        }
        if activity.has_expired() {
            return Poll::Ready(End::Expired);
        }
        Pin::new(&mut connection).poll(context).map(End::Served)
    })
    .await;
    let Parts { io, read_buf, .. } = connection.into_parts();
    let socket = io.into_inner();
    let step = activity.step();
    match end {
        End::Served(_) if socket.line_is_too_long() => socket.refuse(StatusCode::URI_TOO_LONG).await,
        // hyper has answered a request that it cannot parse; the client may still be sending it.
        End::Served(Err(error)) if error.is_parse() => socket.linger().await,
        End::Served(Ok(())) if activity.has_refused() => socket.linger().await,
        End::Expired if !step.is_blocked() && (step.phase() == Phase::Head || !read_buf.is_empty()) => {
            socket.refuse(StatusCode::REQUEST_TIMEOUT).await;
        }
        End::Served(_) | End::Expired | End::Cut => {}
    }
}

/// The answer to one request.
async fn answer<S>(
    request: Request<Incoming>,
    mut service: S,
    activity: Arc<Activity>,
    (limits, name_case): (Limits, &NameCase),
) -> Result<Response<Answer>, Infallible>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    activity.enter(Phase::Busy);
    let_others_go_first(&activity).await;
    // Answers that clients do not take are given up soon; until then no further ones are made.
    let memory = limits.answer_memory;
    while activity.held_by_all() > if activity.is_modest() { memory } else { usual(memory) } {
        sleep(MEMORY_PAUSE).await;
    }
    let uri = request.uri();
    let mut response = if uri.path_and_query().is_some_and(|uri| uri.as_str().len() > limits.uri) {
        closing(StatusCode::URI_TOO_LONG)
    } else if let Some(status) = refused_head(&request) {
        closing(status)
    } else {
        // Most requests have no body; an empty one needs no box.
        let body = |body: Incoming| if body.is_end_stream() { Body::empty() } else { Body::new(body) };
        service.ready().await?.call(request.map(body)).await?
    };
    if response.headers().get(CONNECTION).is_some() {
        activity.refuse();
    }
    name_case.apply(&mut response);
    let holds = response.extensions_mut().remove::<Holds>().map_or(0, |Holds(bytes)| bytes);
    Ok(response.map(|body| Answer::new(body, holds, activity)))
}

/// The part of the memory for answers that connections fill whose next answer may be a large one (chosen). The rest is
/// for those that have asked for little: readers that take nothing would keep them waiting otherwise.
pub(super) fn usual(memory: usize) -> usize {
    memory - memory / 8
}

/// What is wrong with a head that hyper takes although its reader and another's may differ over it: which host is meant,
/// or how the body is coded (RFC 9112).
fn refused_head<B>(request: &Request<B>) -> Option<StatusCode> {
    // Comparing the few names of a request costs less than hashing ours.
    let (mut hosts, mut has_codings) = (0, false);
    for (name, _) in request.headers() {
        hosts += usize::from(*name == HOST);
        has_codings |= *name == TRANSFER_ENCODING;
    }
    if hosts > 1 || hosts == 0 && request.version() == Version::HTTP_11 {
        return Some(StatusCode::BAD_REQUEST);
    }
    if !has_codings {
        return None;
    }
    let mut codings = request
        .headers()
        .get_all(TRANSFER_ENCODING)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii));
    let is_chunked = |coding: &[u8]| coding.eq_ignore_ascii_case(b"chunked");
    match (codings.next(), codings.next()) {
        (None, _) => None,
        (Some(only), None) if is_chunked(only) => None,
        (Some(first), Some(second)) if is_chunked(first) && is_chunked(second) => Some(StatusCode::BAD_REQUEST),
        _ => Some(StatusCode::NOT_IMPLEMENTED),
    }
}

/// An empty answer with a status, after which the connection closes.
fn closing(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
