//! An API on the framework it is emulated on: routing, authentication, binding, the endpoint, and the dress of every
//! answer. A fault or panic of an endpoint ends in the API's own 500; only the log tells why.

use super::Exchange;
use crate::apis::authentication::{self, Denial};
use crate::apis::{Api, Call, Framework, Operation, Refusal, Trouble};
use crate::config::Config;
use crate::contract::DateTime;
use crate::frameworks::aspnetcore;
use crate::frameworks::webapi::{Application, InvalidModel, Reply, Routed, Settings, note_unknown_parameters};
use crate::pipeline::address::visible;
use crate::store::StoreError;
use bytes::Bytes;
use futures_util::FutureExt;
use http::StatusCode;
use http::header::RETRY_AFTER;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError};

/// An API on its framework.
#[derive(Debug)]
pub(super) struct Host {
    api: &'static Api,
    pipeline: Pipeline,
}

#[derive(Debug)]
enum Pipeline {
    WebApi(Application),
    AspNetCore(aspnetcore::Application, fn(&aspnetcore::Refusal, &str, DateTime) -> Reply),
}

/// The operation that a request addresses, with its route values.
type Addressed = (&'static Operation, Routed);

impl Host {
    pub(super) fn of(api: &'static Api, config: &Config) -> Host {
        let (error_detail, depth) = (config.error_detail, config.depth_limit);
        let actions = api.operations.iter().map(|operation| operation.action).collect();
        let pipeline = match api.framework {
            Framework::WebApi(formatters) => {
                let settings = Settings { formatters, invalid_model: InvalidModel::Refuse, error_detail, depth };
                Pipeline::WebApi(Application::new(settings, actions))
            }
            Framework::AspNetCore(refused) => Pipeline::AspNetCore(aspnetcore::Application::new(actions), refused),
        };
        Host { api, pipeline }
    }

    pub(super) fn name(&self) -> &'static str {
        self.api.name
    }

    pub(super) fn trouble(&self, trouble: Trouble, now: DateTime) -> Reply {
        (self.api.trouble)(trouble, now)
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
            // A panic ends one request in the API's words, not a server that a whole CI run shares.
            Ok((operation, routed)) => AssertUnwindSafe(self.run(operation, &routed, exchange)).catch_unwind().await,
            Err(refusal) => Ok(Err(refusal)),
        };
        match outcome {
            Ok(Ok(reply)) => reply,
            Ok(Err(Refusal::Problem(reply))) => *reply,
            Ok(Err(Refusal::Fault(error))) => self.failed(&error, exchange),
            Err(panic) => self.failed(&anyhow::anyhow!("panic: {}", said(&*panic)), exchange),
        }
    }

    /// The reply to a request that a test wants refused, as the API itself would refuse it.
    pub(super) fn injected(&self, status: StatusCode, retry_after: Option<u32>, now: DateTime) -> Reply {
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
    pub(super) fn failed(&self, error: &anyhow::Error, exchange: &Exchange) -> Reply {
        let trouble = match error.downcast_ref::<StoreError>() {
            Some(StoreError::TooManyWorlds(_)) => Trouble::TooManyWorlds,
            _ => {
                let Exchange { id, world, request, .. } = exchange;
                let (api, error, path) = (self.api.name, format!("{error:#}"), visible(&request.path));
                tracing::error!(%id, %world, api, method = request.method, %path, error, "fault");
                Trouble::Fault
            }
        };
        self.trouble(trouble, exchange.now)
    }

    async fn run(
        &self,
        operation: &'static Operation,
        routed: &Routed,
        exchange: &mut Exchange,
    ) -> Result<Reply, Refusal> {
        if !operation.anonymous {
            self.admit(exchange).await?.map_err(|denial| (self.api.denied)(&denial, exchange.now))?;
        }
        let request = &exchange.request;
        note_unknown_parameters(request.query.as_deref(), operation.action.parameters, &mut exchange.notes);
        let arguments = match &self.pipeline {
            Pipeline::WebApi(application) => application.bind_noting(request, routed, &mut exchange.notes)?,
            Pipeline::AspNetCore(application, refused) => {
                application.bind(request, routed).map_err(|refusal| refused(&refusal, &request.path, exchange.now))?
            }
        };
        let call = Call::new(exchange.app.clone(), exchange.world.clone(), Arc::clone(request), arguments);
        let advised = Arc::clone(&call.notes);
        let outcome = (operation.run)(call).await;
        exchange.notes.append(&mut advised.lock().unwrap_or_else(PoisonError::into_inner));
        outcome
    }

    /// Asks the world whether the request's token is good.
    async fn admit(&self, exchange: &Exchange) -> Result<Result<(), Denial>, StoreError> {
        let (mode, store) = (exchange.app.config().auth, exchange.app.store());
        authentication::check(&exchange.request.headers, self.api, mode, (store, &exchange.world)).await
    }

    /// A reply in the API's dress.
    pub(super) fn dressed(&self, reply: Reply, exchange: &mut Exchange) -> http::Response<Bytes> {
        let answer = match &self.pipeline {
            Pipeline::WebApi(application) => application.answer(&exchange.request, reply),
            Pipeline::AspNetCore(application, _) => application.answer_noting(&exchange.request, reply),
        };
        exchange.notes.extend(answer.notes);
        answer.response
    }
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
