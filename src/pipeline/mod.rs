//! The way of an API request: world, API, body, faults, the API's own pipeline, and the journal around it all. Each API
//! runs on its own framework ([`ApiHost`]); this file only contains the order of the steps.

pub mod address;
pub mod app;
pub mod face;
pub mod faults;
mod host;
mod idle;
pub mod journal;
mod kept;
pub mod problem_json;
pub mod request_body;
mod unheeded;

pub use host::ApiHost;

use self::faults::{Outcome, Plan};
use self::host::Addressed;
use crate::apis::{Mount, Refusal, ServerError};
use crate::codec::{Advice, Note};
use crate::contract::DateTime;
use crate::frameworks::webapi::{Reply, Request};
use crate::long_work::processors;
use crate::model::clock::Clock;
use crate::model::ids::Sequence;
use crate::pipeline::address::{Address, Place};
use crate::pipeline::app::App;
use crate::pipeline::journal::{Recording, RequestView};
use crate::pipeline::problem_json::problem;
use crate::pipeline::request_body::{BodyError, Purpose};
use crate::store::{Changes, StoreError, WorldName};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, StatusCode};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// The size of a body, in bytes, from which a request is served on a blocking thread.
const LARGE_BODY: usize = 256 * 1024;

/// The requests that are worked on by threads of their own at the same time; more only share the processors with them.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2 * processors()));

/// An answer that may have to be held back: a client that gives up on it meets what its request did.
struct Answered {
    response: Response,
    delay: Duration,
    /// Ends with the exchange.
    recording: Recording,
}

/// The APIs, each on its framework.
#[derive(Debug)]
pub struct Gateway {
    app: App,
    hosts: Vec<Arc<ApiHost>>,
}

/// A request on its way, with the notes about it.
struct Exchange {
    /// The identifier of its journal entry.
    id: Uuid,
    app: App,
    world: WorldName,
    /// The world's time when the request arrived.
    now: DateTime,
    /// The same for the header `Date`, where the world's clock is not the machine's, which the listener writes itself.
    date: Option<HeaderValue>,
    request: Arc<Request>,
    /// Silent behaviour of the real service.
    notes: Vec<Note>,
    /// The users that it changed.
    changes: Changes,
    /// Whether the control API only shows what would be answered, which needs no token.
    shown: bool,
}

impl Exchange {
    fn new(id: Uuid, app: App, world: WorldName, now: DateTime, request: Arc<Request>) -> Exchange {
        let (notes, changes) = (Vec::new(), Changes::default());
        Exchange { id, app, world, now, date: None, request, notes, changes, shown: false }
    }
}

impl Gateway {
    /// The APIs over a server's state.
    #[must_use]
    pub fn new(app: App) -> Gateway {
        let hosts = app.apis().iter().map(|api| Arc::new(ApiHost::new(api, app.config()))).collect();
        Gateway { hosts, app }
    }

    /// Every API, for routes to choose from.
    #[must_use]
    pub fn hosts(&self) -> &[Arc<ApiHost>] {
        &self.hosts
    }

    /// The API that owns a path.
    fn owner_of(&self, path: &str) -> Option<(Arc<ApiHost>, &'static Mount)> {
        let (api, mount) = self.app.apis().owner_of(path)?;
        let host = self.hosts.iter().find(|host| std::ptr::eq(host.api(), api))?;
        Some((Arc::clone(host), mount))
    }

    /// A sentence about a path that leads to no operation, if it names a world in the wrong place.
    fn misplaced_world(&self, path: &str) -> Option<String> {
        let meant = address::with_world_in_front(path)?;
        // Without the world it has to be the address of an API, or it means something else.
        let (_, behind) = meant.strip_prefix("/w/")?.split_once('/')?;
        self.owner_of(&format!("/{behind}"))?;
        Some(format!("A world belongs in front of the whole path, once: '{meant}' instead of '{path}'."))
    }

    /// Answers a request, by the API that its route has chosen or, without one, by the API that owns the path.
    ///
    /// Not an async function, which would hold its arguments twice: every request's future is as large.
    pub fn handle(
        self: Arc<Gateway>,
        routed: Option<Arc<ApiHost>>,
        request: axum::extract::Request,
    ) -> impl Future<Output = Response> + Send {
        let (head, body) = request.into_parts();
        async move {
            if self.app.guards_hosts()
                && let Some(host) = address::unknown_host(&head.headers, &head.uri, &self.app.config().allowed_host)
            {
                let sentence =
                    format!("This server does not answer for the host '{host}'; list it with --allowed-host.");
                return problem(StatusCode::MISDIRECTED_REQUEST, &sentence);
            }
            let place = Place::of(&head.uri, &head.extensions);
            let address = match Address::parse(place, head.uri.path(), &head.headers) {
                Ok(address) => address,
                Err(bad) => return problem(StatusCode::BAD_REQUEST, &bad.to_string()),
            };
            let world = address.world.clone();
            let clock = self.app.store().clock(&world).await;
            if let Err(StoreError::Unlisted(_)) = &clock {
                return unlisted(&world);
            }
            let now = clock.as_ref().map_or_else(|_| Clock::Real.now(), |clock| clock.now());
            let (journal, id) =
                (Arc::clone(self.app.journal()), self.app.ids().next_id(world.as_str(), Sequence::Journal));
            let mut recording = Recording::start(journal, id, world.clone(), now, &head, address.path);
            tracing::Span::current().record("id", tracing::field::display(recording.id()));
            // A route does not know that the first segment may name a world.
            let routed = routed.and_then(|host| host.api().mount_of(address.path).map(|mount| (host, mount)));
            let Some((host, mount)) = routed.or_else(|| self.owner_of(address.path)) else {
                let sentence = self.misplaced_world(address.path).unwrap_or_else(|| {
                    format!("No API lives at '{}'; `usertwin routes` lists every address.", address.path)
                });
                recording.with(|entry| entry.status = Some(404));
                return problem(StatusCode::NOT_FOUND, &sentence);
            };
            let path = mount.below_directory(address.path).to_owned();
            let origin = address.base + mount.directory;
            let addressed = address.path;
            let mut headers = head.headers;
            // Without either header HTTP knows no body; the hosts of the frameworks then count a length of 0, which model
            // binding distinguishes from an empty body (docs/spec/expoints.md §3.1).
            // Comparing the few names of a request costs less than hashing ours.
            if !headers.keys().any(|name| [CONTENT_LENGTH, TRANSFER_ENCODING].contains(name)) {
                headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
            let received = self.app.bodies().receive(&headers, body, Purpose::Request).await;
            // Dropped while the body came.
            if self.app.store().admit(&world).is_err() {
                return unlisted(&world);
            }
            let request = Arc::new(Request {
                method: head.method.as_str().to_owned(),
                path,
                query: head.uri.query().map(str::to_owned),
                origin,
                headers,
                today: now.date(),
                body: received.as_ref().map(|received| received.bytes.clone()).unwrap_or_default(),
            });
            let own_time = clock.as_ref().is_ok_and(|clock| *clock != Clock::Real);
            let date = own_time.then(|| HeaderValue::try_from(now.http_date()).ok()).flatten();
            let (id, app) = (recording.id(), self.app.clone());
            let exchange = Exchange { date, ..Exchange::new(id, app, world, now, request) };
            let failed = match (&received, clock) {
                (Err(error), _) => Some(host.server_error(error.into(), now)),
                (_, Err(error)) => Some(host.failed(&error.into(), &exchange)),
                (Ok(_), Ok(_)) => None,
            };
            let routed = host.route(&exchange);
            if routed.is_err()
                && let Some(sentence) = self.misplaced_world(addressed)
            {
                recording.with(|entry| entry.status = Some(404));
                return problem(StatusCode::NOT_FOUND, &sentence);
            }
            let long = takes_long(&routed, &exchange).await;
            let answered = if long {
                let addressed = addressed.to_owned();
                let work = async move { answer(host, exchange, (routed, &addressed), failed, recording).await };
                on_blocking_thread(Box::pin(work)).await
            } else {
                Some(answer(host, exchange, (routed, addressed), failed, recording).await)
            };
            let Some(Answered { mut response, delay, mut recording }) = answered else {
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            };
            let incomplete = received.is_err();
            // Nothing of the body is left, and others wait for its memory.
            drop(received);
            if !delay.is_zero() {
                // Boxed, as in other rare cases, because it would make the future of every request larger.
                Box::pin(recording.hold(delay)).await;
            }
            if incomplete {
                // The rest of the body is never read, so nothing can follow it.
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            response
        }
    }
}

/// The answer of a world that nobody made, where only listed ones exist. It has no journal, and its API is not asked:
/// a body in the API's own format would pass for an answer of the service.
fn unlisted(world: &WorldName) -> Response {
    let sentence = format!("There is no world '{world}' on this server: POST /_usertwin/worlds makes one.");
    problem(StatusCode::NOT_FOUND, &sentence)
}

impl From<&BodyError> for ServerError {
    fn from(error: &BodyError) -> ServerError {
        match error {
            BodyError::TooLarge | BodyError::TooMuchMemory(_) => ServerError::BodyTooLarge,
            BodyError::TooSlow => ServerError::BodyTooSlow,
            BodyError::Incomplete => ServerError::BodyIncomplete,
        }
    }
}

/// Whether a request is better worked on by a thread of its own: one with a large body, or with an answer that lists a
/// large world.
async fn takes_long(routed: &Result<Addressed, Refusal>, exchange: &Exchange) -> bool {
    let lists = routed.as_ref().is_ok_and(|(operation, _)| operation.grows_with_world);
    exchange.request.body.len() > LARGE_BODY
        // A store that fails here fails the endpoint too, which says so.
        || (lists && exchange.app.store().is_large(&exchange.world).await.unwrap_or(false))
}

/// Does long work on a thread of its own: reading and storing 100,000 users takes almost a second, during which a thread
/// that serves requests could answer none of its other connections.
async fn on_blocking_thread<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Option<T> {
    let runtime = Handle::current();
    // Not a turn of other long work: this may wait for a world that whoever waits for such a turn holds.
    let turn = TURNS.acquire().await.ok();
    let work = move || {
        let done = runtime.block_on(work);
        drop(turn);
        done
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(answered) => Some(answered),
        // The caller handles the panic, as it would without another thread. Without one the server is stopping.
        Err(failed) => failed.try_into_panic().map_or(None, |panic| std::panic::resume_unwind(panic)),
    }
}

/// The answer to a request that has arrived, injected faults included, and how long it is held back. `path` has no world in front, `failed` is the
/// reply to a request whose body is not whole. Not an async function, as [`Gateway::handle`] is none.
fn answer(
    host: Arc<ApiHost>,
    mut exchange: Exchange,
    (routed, path): (Result<Addressed, Refusal>, &str),
    failed: Option<Reply>,
    mut recording: Recording,
) -> impl Future<Output = Answered> + Send {
    let request = Arc::clone(&exchange.request);
    async move {
        let (app, world, now) = (exchange.app.clone(), exchange.world.clone(), exchange.now);
        let (api, operation) = (Some(host.api().name), routed.as_ref().ok().map(|(operation, _)| operation.id));
        recording.with(|entry| (entry.api, entry.operation) = (api, operation));
        recording.received(&request.body);
        let (method, body) = (&*request.method, &*request.body);
        let view = RequestView { api, operation, method, path, status: None, body, length: body.len() };
        let faults = app.faults();
        if let Some(seconds) = faults.came_too_early(&world, &view, now) {
            let message = format!("The request came back {seconds} s before Retry-After had passed.");
            exchange.notes.push(Note { code: Advice::ClientRetriedTooEarly, message });
        }
        unheeded::note_request(&request, &mut exchange.notes);
        // The frameworks answer it in front of everything that could fail.
        let preflight = host.preflight(&request);
        let is_preflight = preflight.is_some();
        let failed = preflight.or(failed);
        let plan = match failed {
            None => faults.plan(app.ids(), &world, &view, &request.headers, now),
            // A request that never came whole is trouble enough, and a preflight is the browser's, not the client's.
            Some(_) => Plan::default(),
        };
        recording.with(|entry| entry.fault = plan.shown);
        let (mut response, cut) = match plan.outcome {
            Outcome::Canned(canned) => (canned, None),
            Outcome::Refused { status, retry_after } => {
                let reply = host.injected(status, retry_after, now);
                (host.formatted(reply, &mut exchange), None)
            }
            outcome @ (Outcome::Served | Outcome::Cut(_)) => {
                let reply = match failed {
                    Some(reply) => reply,
                    None => host.reply(routed, &mut exchange).await,
                };
                let cut = if let Outcome::Cut(at) = outcome { Some(at) } else { None };
                (host.formatted(reply, &mut exchange), cut)
            }
        };
        if !is_preflight {
            host.allow_origin(&request, &mut response);
        }
        unheeded::note_answer(&request, &response, &mut exchange.notes);
        recording.with(|entry| (entry.advice, entry.changes) = (exchange.notes, exchange.changes));
        if let Some(applied) = plan.preferences {
            response.headers_mut().insert(HeaderName::from_static("preference-applied"), applied);
        }
        if let Some(date) = exchange.date {
            // A canned answer may have one of its own.
            response.headers_mut().entry(DATE).or_insert(date);
        }
        faults.answered(&world, &view, &response, now);
        let delay = plan.delay;
        let Some(at) = cut else {
            recording.answered(&response);
            return Answered { response: response.map(Body::from), delay, recording };
        };
        let (sent, response) = faults::cut(response, at);
        if let Some(sent) = &sent {
            recording.answered(sent);
        }
        Answered { response, delay, recording }
    }
}
