//! The way of an API request: world, API, body, faults, the API's own pipeline, and the journal around it all. Each API
//! runs on its own framework ([`host`]); this file only knows the order of the steps.

pub mod address;
pub mod app;
pub mod faults;
mod host;
pub mod journal;
pub mod request_body;

use self::faults::{Outcome, Plan};
use crate::apis::{APIS, Trouble};
use crate::codec::Note;
use crate::contract::DateTime;
use crate::control;
use crate::frameworks::webapi::{Reply, Request};
use crate::model::clock::Clock;
use crate::pipeline::address::Address;
use crate::pipeline::app::App;
use crate::pipeline::journal::{Message, Recording, Seen};
use crate::pipeline::request_body::BodyError;
use crate::store::WorldName;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use host::Host;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, StatusCode};
use std::sync::Arc;
use tokio::runtime::Handle;
use uuid::Uuid;

/// Bytes from which a body is worth a thread of its own.
const LARGE: usize = 256 * 1024;

/// The APIs, each on its framework.
#[derive(Debug)]
pub struct Gateway {
    app: App,
    hosts: Vec<Arc<Host>>,
}

/// A request on its way, and what is noted of it.
struct Exchange {
    /// The identifier of its journal entry.
    id: Uuid,
    app: App,
    world: WorldName,
    /// The world's time when the request came.
    now: DateTime,
    request: Arc<Request>,
    /// What real services do silently.
    notes: Vec<Note>,
}

impl Gateway {
    /// The APIs over a server's state.
    #[must_use]
    pub fn new(app: App) -> Gateway {
        let host = |api: &&'static _| Arc::new(Host::of(api, app.config()));
        Gateway { hosts: APIS.iter().map(host).collect(), app }
    }

    /// Answers a request.
    pub async fn handle(&self, request: axum::extract::Request) -> Response {
        let (head, body) = request.into_parts();
        let address = match Address::of(head.uri.path(), &head.headers) {
            Ok(address) => address,
            Err(bad) => return control::problem(StatusCode::BAD_REQUEST, &bad.to_string()).into_response(),
        };
        let world = address.world.clone();
        let clock = self.app.store().clock(&world).await;
        let now = clock.as_ref().map_or_else(|_| Clock::Real.now(), |clock| clock.now());
        let mut recording = Recording::start(&self.app, world.clone(), now, &head.method, &head.uri, address.path);
        recording.with(|entry| entry.request = Message::of(&head.headers, &[]));
        let found = address.api().and_then(|(n, mount, path)| self.hosts.get(n).map(|host| (host, mount, path)));
        let Some((host, mount, path)) = found else {
            let sentence = format!("No API lives at '{}'; `usertwin routes` lists every address.", address.path);
            recording.with(|entry| entry.status = Some(404));
            return control::problem(StatusCode::NOT_FOUND, &sentence).into_response();
        };
        let (path, origin) = (path.to_owned(), address.base.clone() + mount.directory);
        let addressed = address.path.to_owned();
        let mut headers = head.headers;
        // Without either header HTTP knows no body; the hosts of the frameworks then count a length of 0, which model
        // binding tells from an empty body (spec/expoints.md §3.1).
        if !headers.contains_key(CONTENT_LENGTH) && !headers.contains_key(TRANSFER_ENCODING) {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let received = self.app.bodies().receive(&headers, body).await;
        let request = Arc::new(Request {
            method: head.method.as_str().to_owned(),
            path,
            query: head.uri.query().map(str::to_owned),
            origin,
            headers,
            today: now.civil().date(),
            body: received.as_ref().map(|received| received.bytes.clone()).unwrap_or_default(),
        });
        let exchange = Exchange { id: recording.id(), app: self.app.clone(), world, now, request, notes: Vec::new() };
        let failed = match (&received, clock) {
            (Err(error), _) => Some(host.trouble(trouble(*error), now)),
            (_, Err(error)) => Some(host.failed(&error.into(), &exchange)),
            (Ok(_), Ok(_)) => None,
        };
        let work = answer(Arc::clone(host), exchange, addressed, failed, recording);
        let large = received.as_ref().is_ok_and(|received| received.bytes.len() > LARGE);
        let mut response = if large { apart(Box::pin(work)).await } else { work.await };
        if received.is_err() {
            // The rest of the body is never read, so nothing can follow it.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

fn trouble(error: BodyError) -> Trouble {
    match error {
        BodyError::TooLarge => Trouble::BodyTooLarge,
        BodyError::TooSlow => Trouble::BodyTooSlow,
        BodyError::Incomplete => Trouble::BodyIncomplete,
    }
}

/// Does the work of a large body on a thread of its own: reading and storing 100,000 users takes the better part of a
/// second, for which a thread that serves requests would leave all its other connections unanswered.
async fn apart(work: impl Future<Output = Response> + Send + 'static) -> Response {
    let runtime = Handle::current();
    match tokio::task::spawn_blocking(move || runtime.block_on(work)).await {
        Ok(response) => response,
        // Whoever called answers for it, as if there had been no other thread.
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
    }
}

/// What comes of a request that has arrived, faults that tests ask for included. `path` is the one without the world's
/// prefix, `failed` the reply to a request that did not come whole.
async fn answer(
    host: Arc<Host>,
    mut exchange: Exchange,
    path: String,
    failed: Option<Reply>,
    mut recording: Recording,
) -> Response {
    let request = Arc::clone(&exchange.request);
    let (app, world, now) = (exchange.app.clone(), exchange.world.clone(), exchange.now);
    let routed = host.route(&exchange);
    let (api, operation) = (Some(host.name()), routed.as_ref().ok().map(|(operation, _)| operation.id));
    recording.with(|entry| {
        (entry.api, entry.operation) = (api, operation);
        entry.request = std::mem::take(&mut entry.request).with_body(&request.body);
    });
    let seen = Seen { api, operation, method: &request.method, path: &path, status: None, body: &request.body };
    let faults = app.faults();
    if let Some(seconds) = faults.came_too_early(&world, &seen, now) {
        let message = format!("The request came back {seconds} s before Retry-After had passed.");
        exchange.notes.push(Note { code: "client.retried-too-early", message });
    }
    let plan = match failed {
        None => faults.plan(&app, &world, &seen, &request.headers, now),
        // A request that never came whole is trouble enough.
        Some(_) => Plan::default(),
    };
    recording.with(|entry| entry.fault = plan.shown);
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    let (mut response, cut) = match plan.outcome {
        Outcome::Canned(canned) => (canned, None),
        Outcome::Refused { status, retry_after } => {
            let reply = host.injected(status, retry_after, now);
            (host.dressed(reply, &mut exchange), None)
        }
        outcome @ (Outcome::Served | Outcome::Cut(_)) => {
            let reply = match failed {
                Some(reply) => reply,
                None => host.reply(routed, &mut exchange).await,
            };
            let cut = if let Outcome::Cut(at) = outcome { Some(at) } else { None };
            (host.dressed(reply, &mut exchange), cut)
        }
    };
    recording.with(|entry| entry.advice = exchange.notes);
    if let Some(applied) = plan.preferences {
        response.headers_mut().insert(HeaderName::from_static("preference-applied"), applied);
    }
    faults.answered(&world, &seen, &response, now);
    let Some(at) = cut else {
        recording.answered(&response);
        return response.map(Body::from);
    };
    let (sent, response) = faults::cut(response, at);
    if let Some(sent) = &sent {
        recording.answered(sent);
    }
    response
}
