//! The way of an API request: world, API, body, routing, authentication, binding, endpoint, answer. Each API runs on
//! its own framework; this file only knows the order of the steps.

use crate::address::Address;
use crate::apis::{APIS, Api, Call, Framework, Operation, Refusal, Trouble};
use crate::app::App;
use crate::authentication::Denial;
use crate::clock::Clock;
use crate::codec::Note;
use crate::contract::DateTime;
use crate::faults::{self, Outcome, Plan};
use crate::journal::{Message, Recording, Seen};
use crate::store::{StoreError, WorldName};
use crate::webapi::{Application, InvalidModel, Reply, Request, Routed, Settings, note_unknown_parameters};
use crate::{aspnetcore, authentication, control};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, RETRY_AFTER, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::sync::{Arc, PoisonError};

/// The APIs, each on its framework.
#[derive(Debug)]
pub struct Gateway {
    app: App,
    hosts: Vec<Host>,
}

/// An API on its framework.
#[derive(Debug)]
struct Host {
    api: &'static Api,
    pipeline: Pipeline,
}

#[derive(Debug)]
enum Pipeline {
    WebApi(Application),
    AspNetCore(aspnetcore::Application, fn(&aspnetcore::Refusal, &str, DateTime) -> Reply),
}

/// A request that has arrived, as far as it did.
struct Arrived {
    world: WorldName,
    /// The path without the world's prefix.
    path: String,
    now: DateTime,
    request: Arc<Request>,
    /// The reply when it did not arrive whole, or its world cannot be opened.
    failed: Option<Reply>,
}

impl Gateway {
    /// The APIs over a server's state.
    #[must_use]
    pub fn new(app: App) -> Gateway {
        let host = |api: &&'static Api| Host { api, pipeline: Pipeline::of(api, app.config().error_detail) };
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
        let received = self.receive(&headers, body).await;
        let request = Arc::new(Request {
            method: head.method.as_str().to_owned(),
            path,
            query: head.uri.query().map(str::to_owned),
            origin,
            headers,
            today: now.civil().date(),
            body: received.as_ref().cloned().unwrap_or_default(),
        });
        let failed = match (received, clock) {
            (Err(trouble), _) => Some((host.api.trouble)(trouble, now)),
            (_, Err(error)) => Some(host.failed(error.into(), &request, now)),
            (Ok(_), Ok(_)) => None,
        };
        self.answer(host, Arrived { world, path: addressed, now, request, failed }, recording).await
    }

    /// What comes of a request that has arrived, faults that tests ask for included.
    async fn answer(&self, host: &Host, arrived: Arrived, mut recording: Recording) -> Response {
        let Arrived { world, path, now, request, failed } = arrived;
        let routed = host.route(&request, now);
        let operation = routed.as_ref().ok().map(|(operation, _)| operation.id);
        recording.with(|entry| {
            entry.api = Some(host.api.name);
            entry.operation = operation;
            entry.request = std::mem::take(&mut entry.request).with_body(&request.body);
        });
        let (api, method, body) = (Some(host.api.name), request.method.as_str(), request.body.as_ref());
        let seen = Seen { api, operation, method, path: &path, status: None, body };
        let faults = self.app.faults();
        let mut notes = Vec::new();
        if let Some(seconds) = faults.came_too_early(&world, &seen, now) {
            let message = format!("The request came back {seconds} s before Retry-After had passed.");
            notes.push(Note { code: "client.retried-too-early", message });
        }
        let plan = match failed {
            None => faults.plan(&self.app, &world, &seen, &request.headers, now),
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
                (host.dressed(&request, host.injected(status, retry_after, now), &mut notes), None)
            }
            outcome @ (Outcome::Served | Outcome::Cut(_)) => {
                let reply = match failed {
                    Some(reply) => reply,
                    None => host.reply(&self.app, world.clone(), &request, routed, &mut notes, now).await,
                };
                let cut = if let Outcome::Cut(at) = outcome { Some(at) } else { None };
                (host.dressed(&request, reply, &mut notes), cut)
            }
        };
        recording.with(|entry| entry.advice = notes);
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

    /// The whole body, or why it is not there.
    async fn receive(&self, headers: &http::HeaderMap, body: Body) -> Result<Bytes, Trouble> {
        let limit = self.app.config().body_limit;
        let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        // Refused before a byte is read, so that a client learns early.
        if declared.is_some_and(|length| length > limit as u64) {
            return Err(Trouble::BodyTooLarge);
        }
        match Limited::new(body, limit).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(Trouble::BodyTooLarge),
            Err(_) => Err(Trouble::BodyIncomplete),
        }
    }
}

impl Pipeline {
    fn of(api: &Api, error_detail: bool) -> Pipeline {
        let actions = api.operations.iter().map(|operation| operation.action).collect();
        match api.framework {
            Framework::WebApi(formatters) => {
                let settings = Settings { formatters, invalid_model: InvalidModel::Refuse, error_detail };
                Pipeline::WebApi(Application::new(settings, actions))
            }
            Framework::AspNetCore(refused) => Pipeline::AspNetCore(aspnetcore::Application::new(actions), refused),
        }
    }
}

impl Host {
    /// The operation that a request addresses, with its route values.
    fn route(&self, request: &Request, now: DateTime) -> Result<(&'static Operation, Routed), Refusal> {
        let routed = match &self.pipeline {
            Pipeline::WebApi(application) => application.route(request)?,
            Pipeline::AspNetCore(application, refused) => {
                application.route(request).map_err(|r| refused(&r, &request.path, now))?
            }
        };
        let operation = self.api.operations.get(routed.action);
        let operation = operation.ok_or_else(|| Refusal::Fault(anyhow::anyhow!("no operation {}", routed.action)))?;
        Ok((operation, routed))
    }

    /// The reply to a request, errors and faults included; `notes` takes what happened silently.
    async fn reply(
        &self,
        app: &App,
        world: WorldName,
        request: &Arc<Request>,
        routed: Result<(&'static Operation, Routed), Refusal>,
        notes: &mut Vec<Note>,
        now: DateTime,
    ) -> Reply {
        let outcome = match routed {
            Ok((operation, routed)) => self.run(app, world, request, operation, &routed, notes, now).await,
            Err(refusal) => Err(refusal),
        };
        match outcome {
            Ok(reply) => reply,
            Err(Refusal::Problem(reply)) => *reply,
            Err(Refusal::Fault(error)) => self.failed(error, request, now),
        }
    }

    /// The reply to a request that a test wants refused, as the API itself would refuse it.
    fn injected(&self, status: StatusCode, retry_after: Option<u32>, now: DateTime) -> Reply {
        let denial = match status {
            StatusCode::UNAUTHORIZED => Some(Denial::Expired),
            StatusCode::FORBIDDEN => Some(Denial::Forbidden),
            _ => None,
        };
        let denied = denial.map(|denial| (self.api.denied)(&denial, now)).filter(|reply| reply.status == status);
        let reply = denied.unwrap_or_else(|| (self.api.trouble)(Trouble::Injected(status), now));
        match retry_after {
            Some(seconds) => reply.header(RETRY_AFTER, seconds.to_string()),
            None => reply,
        }
    }

    /// The reply to a fault, which only the log explains.
    fn failed(&self, error: anyhow::Error, request: &Request, now: DateTime) -> Reply {
        let trouble = match error.downcast_ref::<StoreError>() {
            Some(StoreError::TooManyWorlds(_)) => Trouble::TooManyWorlds,
            _ => {
                tracing::error!(api = self.api.name, path = request.path, error = format!("{error:#}"), "fault");
                Trouble::Fault
            }
        };
        (self.api.trouble)(trouble, now)
    }

    #[allow(clippy::too_many_arguments)]
    async fn run(
        &self,
        app: &App,
        world: WorldName,
        request: &Arc<Request>,
        operation: &'static Operation,
        routed: &Routed,
        notes: &mut Vec<Note>,
        now: DateTime,
    ) -> Result<Reply, Refusal> {
        if !operation.anonymous {
            self.admit(app, &world, request).await?.map_err(|denial| (self.api.denied)(&denial, now))?;
        }
        note_unknown_parameters(request.query.as_deref(), operation.action.parameters, notes);
        let arguments = match &self.pipeline {
            Pipeline::WebApi(application) => application.bind_noting(request, routed, notes)?,
            Pipeline::AspNetCore(application, refused) => {
                application.bind(request, routed).map_err(|r| refused(&r, &request.path, now))?
            }
        };
        let call = Call::new(app.clone(), world, Arc::clone(request), arguments);
        let advised = Arc::clone(&call.notes);
        let outcome = (operation.run)(call).await;
        notes.append(&mut advised.lock().unwrap_or_else(PoisonError::into_inner));
        outcome
    }

    /// Asks the world whether the request's token is good.
    async fn admit(
        &self,
        app: &App,
        world: &WorldName,
        request: &Request,
    ) -> Result<Result<(), authentication::Denial>, StoreError> {
        let mut transaction = app.store().read(world).await?;
        authentication::check(&request.headers, self.api, app.config().auth, &mut transaction).await
    }

    /// A reply in the API's dress; `notes` takes what negotiation did silently.
    fn dressed(&self, request: &Request, reply: Reply, notes: &mut Vec<Note>) -> http::Response<Bytes> {
        let answer = match &self.pipeline {
            Pipeline::WebApi(application) => application.answer(request, reply),
            Pipeline::AspNetCore(application, _) => application.answer_noting(request, reply),
        };
        notes.extend(answer.notes);
        answer.response
    }
}
