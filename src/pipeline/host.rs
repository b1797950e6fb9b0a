//! An API on its emulated framework: routing, authentication, binding, the endpoint, and the format of every answer. A
//! fault or panic of an endpoint ends in the API's own 500; only the log contains the cause.

use super::Exchange;
use super::kept::Question;
use crate::apis::authentication::{Attempt, Denial, Gate};
use crate::apis::{Api, Call, Framework, Operation, Refusal, ServerError};
use crate::codec::percent::percent_encode_invisible;
use crate::config::{AuthMode, Config};
use crate::contract::{DateTime, Value};
use crate::frameworks::cors::CorsPolicy;
use crate::frameworks::webapi::{Application, InvalidModel, Reply, Request, Routed, Settings, note_unknown_parameters};
use crate::frameworks::{aspnetcore, webapi};
use crate::model::LONGEST_TEXT;
use crate::store::{Sources, StoreError};
use bytes::Bytes;
use futures_util::FutureExt;
use http::header::RETRY_AFTER;
use http::{HeaderName, HeaderValue, StatusCode};
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

/// An API on its framework.
#[derive(Debug)]
pub struct ApiHost {
    api: &'static Api,
    pipeline: Pipeline,
    cors: Option<CorsPolicy>,
    /// The header that may carry the bare token.
    token_header: Option<HeaderName>,
}

#[derive(Debug)]
enum Pipeline {
    WebApi(Application),
    AspNetCore(aspnetcore::Application, fn(&aspnetcore::Refusal, &str, DateTime) -> Reply),
}

/// The operation that a request addresses, with its route values.
pub(super) type Addressed = (&'static Operation, Routed);

impl ApiHost {
    pub(super) fn new(api: &'static Api, config: &Config) -> ApiHost {
        let (error_detail, depth) = (config.error_detail, config.depth_limit);
        let actions = api.operations.iter().map(|operation| operation.action).collect();
        let pipeline = match api.framework {
            Framework::WebApi(formatters) => {
                let settings = Settings { formatters, invalid_model: InvalidModel::Refuse, error_detail, depth };
                Pipeline::WebApi(Application::new(settings, actions))
            }
            Framework::AspNetCore(refused) => Pipeline::AspNetCore(aspnetcore::Application::new(actions), refused),
        };
        let token_header = api.transport.header.and_then(|name| name.parse().ok());
        ApiHost { api, pipeline, cors: cors_policy(api, &config.cors), token_header }
    }

    /// The API.
    #[must_use]
    pub fn api(&self) -> &'static Api {
        self.api
    }

    /// The reply to a request that failed outside an endpoint.
    pub(super) fn server_error(&self, error: ServerError, now: DateTime) -> Reply {
        (self.api.server_error)(error, now)
    }

    /// The reply to a browser's question whether it may send a request from another origin, if the settings let any.
    pub(super) fn preflight(&self, request: &Request) -> Option<Reply> {
        let policy = self.cors.as_ref()?;
        match &self.pipeline {
            Pipeline::WebApi(_) => webapi::cors::answer_preflight(policy, request),
            Pipeline::AspNetCore(..) => aspnetcore::cors::answer_preflight(policy, request),
        }
    }

    /// Adds what a browser needs before it shows the answer to a script of another origin.
    pub(super) fn allow_origin(&self, request: &Request, response: &mut http::Response<Bytes>) {
        let Some(policy) = &self.cors else { return };
        let headers = match &self.pipeline {
            Pipeline::WebApi(_) => webapi::cors::headers(policy, request),
            Pipeline::AspNetCore(..) => aspnetcore::cors::headers(policy, request),
        };
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().append(name, value);
            }
        }
    }

    /// Finds the operation that a request addresses.
    pub(super) fn route(&self, exchange: &Exchange) -> Result<Addressed, Refusal> {
        let request = &exchange.request;
        let routed = match &self.pipeline {
            Pipeline::WebApi(application) => application.route(request)?,
            Pipeline::AspNetCore(application, refused) => {
                application.route(request).map_err(|refusal| refused(&refusal, &request.path, exchange.now))?
            }
        };
        let operation = self.api.operations.get(routed.action);
        let operation = operation.ok_or_else(|| Refusal::Fault(anyhow::anyhow!("no operation {}", routed.action)))?;
        Ok((operation, routed))
    }

    /// The reply to a request, errors, faults and panics included.
    pub(super) async fn reply(&self, routed: Result<Addressed, Refusal>, exchange: &mut Exchange) -> Reply {
        let outcome = match routed {
            // A panic costs one request, which is answered in the API's words, not a server that a whole CI run shares.
            Ok((operation, routed)) => AssertUnwindSafe(self.run(operation, &routed, exchange)).catch_unwind().await,
            Err(refusal) => Ok(Err(refusal)),
        };
        match outcome {
            Ok(Ok(reply)) => reply,
            Ok(Err(Refusal::Problem(reply))) => *reply,
            Ok(Err(Refusal::Fault(error))) => self.failed(&error, exchange),
            Err(panic) => self.failed(&anyhow::anyhow!("panic: {}", message(&*panic)), exchange),
        }
    }

    /// The reply to a request that an injected fault refuses, as the API itself would refuse it.
    pub(super) fn injected(&self, status: StatusCode, retry_after: Option<u32>, now: DateTime) -> Reply {
        let denial = match status {
            StatusCode::UNAUTHORIZED => Some(Denial::Expired),
            StatusCode::FORBIDDEN => Some(Denial::Forbidden),
            _ => None,
        };
        let denied = denial.map(|denial| (self.api.denied)(&denial, now)).filter(|reply| reply.status == status);
        let reply = denied.unwrap_or_else(|| (self.api.server_error)(ServerError::Injected(status), now));
        match retry_after {
            Some(seconds) => reply.header(RETRY_AFTER, seconds.to_string()),
            None => reply,
        }
    }

    /// The reply to a fault; only the log contains its cause.
    pub(super) fn failed(&self, error: &anyhow::Error, exchange: &Exchange) -> Reply {
        let server_error = match error.downcast_ref::<StoreError>() {
            Some(StoreError::TooManyWorlds(_)) => ServerError::TooManyWorlds,
            _ => {
                let Exchange { id, world, request, .. } = exchange;
                let (api, error, path) = (self.api.name, format!("{error:#}"), percent_encode_invisible(&request.path));
                tracing::error!(%id, %world, api, method = request.method, %path, error, "fault");
                ServerError::Fault
            }
        };
        self.server_error(server_error, exchange.now)
    }

    async fn run(
        &self,
        operation: &'static Operation,
        routed: &Routed,
        exchange: &mut Exchange,
    ) -> Result<Reply, Refusal> {
        let (app, world, request) = (&exchange.app, &exchange.world, &exchange.request);
        let (api, header) = (self.api, self.token_header.as_ref());
        let gate = Gate { api, header, mode: app.config().auth, store: app.store(), world };
        let denied = |denial| (self.api.denied)(&denial, exchange.now);
        let caller = match operation.anonymous || exchange.shown {
            true => None,
            false => gate.admit(&request.headers, operation, &mut exchange.notes).await?.map_err(denied)?,
        };
        let question = match caller {
            None if !exchange.shown => Question::of(operation, request),
            _ => None,
        };
        if let Some(question) = &question
            && let Some(reply) = question.answer(exchange).await?
        {
            return Ok(reply);
        }
        let told = exchange.notes.len();
        note_unknown_parameters(request.query.as_deref(), operation.action.parameters, &mut exchange.notes);
        let arguments = match &self.pipeline {
            Pipeline::WebApi(application) => application.bind(request, routed, &mut exchange.notes)?,
            Pipeline::AspNetCore(application, refused) => application
                .bind(request, routed, exchange.app.config().depth_limit, &mut exchange.notes)
                .map_err(|refusal| refused(&refusal, &request.path, exchange.now))?,
        };
        // Only a long body can hold a long text, so most requests are not looked through.
        if request.body.len() > LONGEST_TEXT
            && matches!(self.pipeline, Pipeline::WebApi(_))
            && arguments.iter().any(holds_a_long_text)
        {
            return Err(self.server_error(ServerError::TextTooLong, exchange.now).into());
        }
        if let Some(caller) = &caller {
            let attempt = Attempt { caller, operation, arguments: &arguments };
            gate.permit(&attempt, &mut exchange.notes).await?.map_err(denied)?;
        }
        let caller = caller.filter(|_| app.config().auth == AuthMode::Strict);
        let mut call = Call::new(exchange.app.services().clone(), exchange.world.clone(), Arc::clone(request), caller);
        let question = question.map(|question| (question, Arc::<Mutex<Sources>>::default()));
        call.sources = question.as_ref().map(|(_, sources)| Arc::clone(sources));
        let (advised, changes) = (Arc::clone(&call.notes), Arc::clone(&call.changes));
        let outcome = (operation.run)(call, arguments).await;
        exchange.notes.append(&mut advised.lock().unwrap_or_else(PoisonError::into_inner));
        exchange.changes = std::mem::take(&mut *changes.lock().unwrap_or_else(PoisonError::into_inner));
        let Some((question, sources)) = question else { return outcome };
        let sources = *sources.lock().unwrap_or_else(PoisonError::into_inner);
        // Boxed, as it is rare and would make the future of every request larger.
        Ok(Box::pin(self.keep(exchange, &question, sources, outcome?, told)).await)
    }

    /// A reply in the API's format.
    pub(super) fn formatted(&self, reply: Reply, exchange: &mut Exchange) -> http::Response<Bytes> {
        let answer = match &self.pipeline {
            Pipeline::WebApi(application) => application.answer(&exchange.request, reply),
            Pipeline::AspNetCore(application, _) => application.answer(&exchange.request, reply),
        };
        exchange.notes.extend(answer.notes);
        answer.response
    }
}

/// The policy for these origins. chosen: scripts may read the headers that an API's answers are useless without.
fn cors_policy(api: &Api, origins: &[String]) -> Option<CorsPolicy> {
    let usual = ["Location", "Retry-After", "WWW-Authenticate", "Preference-Applied"];
    let exposed = usual.into_iter().chain(api.transport.header).map(str::to_owned).collect();
    let any = origins.iter().any(|origin| origin == "*");
    (!origins.is_empty()).then(|| CorsPolicy { origins: (!any).then(|| origins.to_vec()), exposed })
}

/// Whether a text in a value is longer than any may be. The frameworks have bounded how deep values nest. ASP.NET Core's
/// bodies are documents as texts, whose members have limits of their own.
fn holds_a_long_text(value: &Value) -> bool {
    match value {
        Value::Text(text) | Value::IllFormedText(text) => text.len() > LONGEST_TEXT,
        Value::Object(record) => record.slots.iter().any(holds_a_long_text),
        Value::List(items) => items.iter().any(holds_a_long_text),
        Value::Dictionary(entries) => entries.iter().any(|(_, value)| holds_a_long_text(value)),
        _ => false,
    }
}

/// The message of a panic.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
