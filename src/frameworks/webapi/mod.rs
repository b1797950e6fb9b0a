//! The emulated ASP.NET Web API 2 pipeline: routing, binding, model state, validation, negotiation and the framework's
//! own errors, over buffered requests. It knows actions and contracts, but no vendor and no store.
//!
//! The way of a request: [`Application::route`] (404, 405), the caller's authentication, [`Application::bind`] (415,
//! 400), the endpoint, [`Application::answer`] (negotiation and codec). Every error takes the same last step.

mod answer;
mod binding;
pub(crate) mod cors;
mod display;
mod email;
mod header;
mod http_error;
mod model_state;
mod negotiation;
mod path;
mod routing;
mod template;
mod uri;
mod validation;

pub use answer::content_type_of;
pub use http_error::HttpError;
pub use model_state::{ModelError, ModelState};
pub use negotiation::{accepts, only_accept, reason};
pub(crate) use path::{parts, without_dot_segments};
pub(crate) use template::Template;
pub use uri::note_unknown as note_unknown_parameters;
pub use validation::phone_number;

use crate::codec::{Codec, Note};
use crate::contract::{Contracted, Kind, Value, Written};
use bytes::Bytes;
use chrono::NaiveDate;
use http::{HeaderMap, HeaderValue, StatusCode};
use std::sync::Arc;

/// A buffered request, its world prefix and virtual directory taken off the path.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method as sent; the framework compares it without case and repeats it as sent.
    pub method: String,
    /// The path as sent, percent-encoded, starting with `/`.
    pub path: String,
    /// The query as sent, without `?`.
    pub query: Option<String>,
    /// `http://host` as the client addressed it, for texts that quote the request URI.
    pub origin: String,
    /// Headers as sent.
    pub headers: HeaderMap,
    /// The server's day, on which a time without a date falls.
    pub today: NaiveDate,
    /// The body; the header `Content-Length` distinguishes no body at all (0) from an empty one.
    pub body: Bytes,
}

/// One formatter of an application.
#[derive(Debug, Clone, Copy)]
pub struct Formatter {
    /// The format.
    pub codec: &'static Codec,
    /// The media types it reads and writes, the preferred one first.
    pub media_types: &'static [&'static str],
}

/// The action filter's reaction to an invalid model state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidModel {
    /// 400 with the model state: what a production application does.
    Refuse,
    /// The action runs with the bound values. No API here does that, but applications that the oracle recorded do.
    #[cfg(feature = "testing")]
    Ignore,
}

/// The settings of one emulated application (an `HttpConfiguration`).
#[derive(Debug, Clone)]
pub struct Settings {
    /// Formatters in their order, which decides ties of negotiation.
    pub formatters: &'static [Formatter],
    /// The reaction to an invalid model state.
    pub invalid_model: InvalidModel,
    /// Whether exception texts and `MessageDetail` show, as a local caller sees them.
    pub error_detail: bool,
    /// How deep bodies may nest; the framework's own limit is [`crate::codec::MAX_DEPTH`].
    pub depth: usize,
}

/// One action: method, address and parameters. Its number in the application's list identifies it.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    /// Upper-case method.
    pub method: &'static str,
    /// Templates without leading slash, e.g. `v1/core/Accounts/{accId}/users/{usrId}`; `{id:int}` and `{id:guid}`
    /// constrain.
    pub templates: &'static [&'static str],
    /// Parameters in declaration order.
    pub parameters: &'static [Parameter],
}

/// A parameter of an action.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name, which keys its model-state entries.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Where it comes from.
    pub from: BindFrom,
    /// One sentence for the OpenAPI document.
    pub doc: &'static str,
    /// An example for the OpenAPI document that the demo seed accepts; of a body as JSON.
    pub example: Option<&'static str>,
}

/// Where a parameter comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindFrom {
    /// The path or the query; it must be there for the action to be chosen.
    Uri,
    /// The path or the query; absent, it takes its CLR default.
    OptionalUri,
    /// The body.
    Body,
}

/// The action that a request addresses, with its route values.
#[derive(Debug, Clone)]
pub struct Routed {
    /// Number of the action in the application's list.
    pub action: usize,
    /// Names and decoded values of the template's parameters.
    pub values: Vec<(&'static str, String)>,
}

/// An answer as a value; it gets its format at the edge.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Headers in addition to the content's own.
    pub headers: Vec<(http::HeaderName, String)>,
    /// The content.
    pub content: Content,
}

/// The content of a [`Reply`].
#[derive(Debug, Clone)]
pub enum Content {
    /// None, and no Content-Type.
    Empty,
    /// A value of a contract.
    Value(Arc<dyn Written>, Kind),
    /// The framework's error dictionary.
    Error(HttpError),
    /// Bytes that no formatter has to make, e.g. of a token endpoint, with their Content-Type.
    Raw(HeaderValue, Bytes),
}

/// One emulated application: its settings and its actions.
#[derive(Debug)]
pub struct Application {
    settings: Settings,
    routes: routing::Routes,
    actions: Vec<Action>,
}

/// A response, with the notes of negotiation.
#[derive(Debug)]
pub struct Answer {
    /// The response.
    pub response: http::Response<Bytes>,
    /// Notes of the things that the framework did silently.
    pub notes: Vec<Note>,
}

impl Application {
    /// An application of these actions.
    #[must_use]
    pub fn new(settings: Settings, actions: Vec<Action>) -> Application {
        Application { routes: routing::Routes::new(&actions), settings, actions }
    }

    /// Finds the action of a request.
    ///
    /// # Errors
    /// The framework's 404 and 405.
    pub fn route(&self, request: &Request) -> Result<Routed, Reply> {
        self.routes.find(request, &self.actions, &self.settings)
    }

    /// Binds and validates the action's parameters, one value each in declaration order. `notes` receives what happened
    /// silently, even when the request is refused.
    ///
    /// # Errors
    /// The framework's 415, and its 400 for an invalid model state or a missing value-type argument.
    pub fn bind(&self, request: &Request, routed: &Routed, notes: &mut Vec<Note>) -> Result<Vec<Value>, Reply> {
        let parameters = self.actions.get(routed.action).map_or(&[] as &[Parameter], |action| action.parameters);
        binding::bind(request, routed, parameters, &self.settings, notes)
    }

    /// Negotiates a format for a reply and writes it.
    #[must_use]
    pub fn answer(&self, request: &Request, reply: Reply) -> Answer {
        answer::answer(request, reply, &self.settings)
    }
}

impl Reply {
    /// 200 with a value.
    #[must_use]
    pub fn ok<T: Contracted>(value: T) -> Reply {
        Reply { status: StatusCode::OK, headers: Vec::new(), content: Content::Value(Arc::new(value), T::KIND) }
    }

    /// A status without content.
    #[must_use]
    pub fn empty(status: StatusCode) -> Reply {
        Reply { status, headers: Vec::new(), content: Content::Empty }
    }

    /// A status with the framework's error dictionary.
    #[must_use]
    pub fn error(status: StatusCode, error: HttpError) -> Reply {
        Reply { status, headers: Vec::new(), content: Content::Error(error) }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: http::HeaderName, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }
}
