//! The way of a request through the recorder: to the service and back as it is, with a copy for the recording.

use super::exchange::Exchange;
use super::room::{Room, Taken};
use super::tee::{Copy, Tee};
use crate::apis::Apis;
use crate::drift::route;
use crate::model::clock::Clock;
use crate::pipeline::problem_json::problem;
use crate::upstream::Upstream;
use axum::body::Body;
use axum::response::Response;
use http::header::{
    ACCEPT_ENCODING, ALLOW, CONNECTION, CONTENT_LOCATION, EXPECT, HOST, HeaderMap, HeaderName, LOCATION,
};
use http::{HeaderValue, Method, Request, StatusCode};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::mpsc::UnboundedSender;

/// Headers of one connection, not of a message.
const OF_THE_CONNECTION: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What the recorder learns from the proxy.
#[derive(Debug)]
pub enum Event {
    /// An exchange for the recording.
    Exchange(Box<Exchange>),
    /// A sentence about one that is not in it.
    LeftOut(String),
    /// A request that was refused.
    Refused,
}

/// A reverse proxy.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// The service.
    pub upstream: Upstream,
    /// The APIs that may be in it.
    pub apis: Apis,
    /// The name of the only one that is recorded.
    pub only: Option<&'static str>,
    /// Whether requests that change something are passed on.
    pub allow_writes: bool,
    /// The longest body of a recording.
    pub body_limit: usize,
    /// The memory for the recording.
    pub room: Room,
    /// Where exchanges go.
    pub events: UnboundedSender<Event>,
}

impl Proxy {
    /// The answer to a request.
    ///
    /// # Errors
    /// None.
    pub async fn answer(self, request: Request<Body>) -> Result<Response, Infallible> {
        if !self.may_pass(&request) {
            let _ = self.events.send(Event::Refused);
            let mut refusal = problem(
                StatusCode::METHOD_NOT_ALLOWED,
                "usertwin record passes on requests that read and those that sign in; start it with --allow-writes for others.",
            );
            refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
            return Ok(refusal);
        }
        let shown = format!("{} {}", request.method(), request.uri().path());
        match self.passed_on(request).await {
            Ok(answer) => Ok(answer),
            Err(sentence) => {
                let _ = self.events.send(Event::LeftOut(format!("{shown}: {sentence}")));
                Ok(problem(StatusCode::BAD_GATEWAY, &format!("{sentence}.")))
            }
        }
    }

    /// chosen: a sign-in changes nothing but makes the token that reading takes.
    fn may_pass(&self, request: &Request<Body>) -> bool {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        let signs_in = || {
            let found = route::of(&self.apis, request.method().as_str(), request.uri().path());
            *request.method() == Method::POST
                && found.and_then(|route| route.operation).is_some_and(|known| known.anonymous)
        };
        request.method() != Method::CONNECT && (self.allow_writes || reads || signs_in())
    }

    async fn passed_on(&self, request: Request<Body>) -> Result<Response, String> {
        let own = request.headers().get(HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let mut exchange = Exchange {
            at: Clock::Real.now().round_trip(),
            method: request.method().to_string(),
            target,
            ..Exchange::default()
        };
        let is_recorded = self.only.is_none_or(|only| {
            route::of(&self.apis, &exchange.method, exchange.path()).is_some_and(|route| route.api.name == only)
        });
        let (mut head, body) = request.into_parts();
        head.headers = end_to_end(&head.headers);
        // A body that is compressed cannot be masked.
        head.headers = without(&head.headers, &[ACCEPT_ENCODING, EXPECT]);
        exchange.request.headers = pairs(&head.headers);
        let start = Instant::now();
        let (body, sent) = Tee::around(body, (self.body_limit, &self.room), || {});
        let answer = self.upstream.send(Request::from_parts(head, body)).await?;
        let (mut head, body) = answer.into_parts();
        head.version = http::Version::HTTP_11;
        head.headers = end_to_end(&head.headers);
        exchange.status = head.status.as_u16();
        exchange.reason = match head.extensions.get::<hyper::ext::ReasonPhrase>() {
            Some(reason) => String::from_utf8_lossy(reason.as_bytes()).into_owned(),
            None => head.status.canonical_reason().unwrap_or_default().to_owned(),
        };
        exchange.response.headers = pairs(&head.headers);
        self.bring_home(&mut head.headers, own.as_deref());
        let encoded = exchange.response.header("content-encoding").to_owned();
        let received: Arc<Mutex<Option<Arc<Copy>>>> = Arc::default();
        let (events, copy) = (self.events.clone(), Arc::clone(&received));
        let room = self.room.for_an_exchange();
        let ended = move || {
            let received = copy.lock().unwrap_or_else(PoisonError::into_inner).take();
            exchange.milliseconds = start.elapsed().as_secs_f64() * 1000.0;
            let shown = format!("{} {}", exchange.method, exchange.path());
            let completed = match (is_recorded, room) {
                (false, _) => Err("is not of the API of --as".to_owned()),
                (true, None) => Err("the recording has reached --recording-memory".to_owned()),
                (true, Some(room)) => completed(exchange, &sent, received.as_deref(), &encoded, room),
            };
            let event = match completed {
                Ok(exchange) => Event::Exchange(Box::new(exchange)),
                Err(reason) => Event::LeftOut(format!("{shown}: {reason}")),
            };
            let _ = events.send(event);
        };
        let (body, copy) = Tee::around(Body::new(body), (self.body_limit, &self.room), ended);
        *received.lock().unwrap_or_else(PoisonError::into_inner) = Some(copy);
        Ok(Response::from_parts(head, body))
    }

    /// chosen: addresses of the service in headers become those of the recorder, or clients that follow them would leave
    /// it; the recording and all bodies keep the service's.
    fn bring_home(&self, headers: &mut HeaderMap, own: Option<&str>) {
        let Some(own) = own else { return };
        let base = self.upstream.base();
        for name in [LOCATION, CONTENT_LOCATION] {
            let value = headers.get(&name).and_then(|value| value.to_str().ok());
            let rest = value.and_then(|value| value.strip_prefix(base.as_str()));
            let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
            let value = rest.and_then(|rest| HeaderValue::from_str(&format!("http://{own}{rest}")).ok());
            if let (Some(value), Some(place)) = (value, headers.get_mut(&name)) {
                *place = value;
            }
        }
    }
}

fn completed(
    mut exchange: Exchange,
    sent: &Copy,
    received: Option<&Copy>,
    encoded: &str,
    mut room: Taken,
) -> Result<Exchange, String> {
    if !matches!(encoded, "" | "identity") {
        return Err(format!("its answer is compressed ({encoded}), which cannot be masked"));
    }
    exchange.request.body = sent.whole().map_err(|reason| format!("the request's body {reason}"))?;
    let received = received.ok_or("was given up")?;
    exchange.response.body = received.whole().map_err(|reason| format!("the answer's body {reason}"))?;
    sent.keep();
    received.keep();
    room.keep();
    Ok(exchange)
}

/// Headers without those of the connection, in their order.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let listed: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let of_the_connection = OF_THE_CONNECTION.map(HeaderName::from_static);
    without(headers, &[&listed[..], &of_the_connection[..]].concat())
}

/// Removing from a map would change its order.
fn without(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let kept = headers.iter().filter(|(name, _)| !names.contains(name));
    let mut out = HeaderMap::with_capacity(headers.len());
    for (name, value) in kept {
        out.append(name.clone(), value.clone());
    }
    out
}

/// Headers of a message as a recording holds them.
fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| value.as_bytes().iter().map(|byte| char::from(*byte)).collect();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}
