//! The emulated ASP.NET Core MVC pipeline, as far as an API of path values and JSON bodies needs it: endpoint routing,
//! the bearer handler, the content-type check and model binding, over buffered requests (docs/spec/reseller.md §6.7,
//! §12). It knows actions but no vendor: an API puts a [`Refusal`] into its own error format.
//!
//! The way of a request: [`Application::route`] (404, 405), the caller's authentication, [`Application::bind`] (415,
//! 400), the endpoint, [`Application::answer`].

mod binding;
mod body;
pub(crate) mod cors;
mod refusal;
mod routing;

pub use refusal::{BindingError, Refusal};

use crate::codec::{Advice, EnumStyle, Note, json};
use crate::contract::Value;
use crate::frameworks::webapi::{Action, Answer, Content, Reply, Request, Routed, accepts};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

/// The only media type that is written.
const JSON: &str = "application/json";

/// One emulated application: its actions and what routing made of their templates.
#[derive(Debug)]
pub struct Application {
    actions: Vec<Action>,
    routes: routing::Routes,
}

impl Application {
    /// An application of these actions. Of two templates that match a path, the one with the earlier literal wins.
    #[must_use]
    pub fn new(actions: Vec<Action>) -> Application {
        Application { routes: routing::Routes::new(&actions), actions }
    }

    /// Finds the action of a request.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] and [`Refusal::MethodNotAllowed`], both answered before authentication and without a body.
    pub fn route(&self, request: &Request) -> Result<Routed, Refusal> {
        self.routes.find(&request.method, &request.path)
    }

    /// Binds the action's parameters, one value each in declaration order; a body may nest up to `depth`. A JSON Patch
    /// document is bound as its text, because [`json_patch`](crate::frameworks::json_patch) reads it against a model.
    /// `notes` takes what the body's reader did silently, also of a body that is refused.
    ///
    /// # Errors
    /// [`Refusal::UnsupportedMediaType`], and [`Refusal::Invalid`] with every path and query error, or else with the
    /// body's first.
    pub fn bind(
        &self,
        request: &Request,
        routed: &Routed,
        depth: usize,
        notes: &mut Vec<Note>,
    ) -> Result<Vec<Value>, Refusal> {
        let parameters = self.actions.get(routed.action).map_or(&[][..], |action| action.parameters);
        binding::bind(request, routed, parameters, depth, notes)
    }

    /// Writes a reply: JSON whatever the client accepts, as MVC does by default, with a note when the client accepts
    /// something else.
    #[must_use]
    pub fn answer(&self, request: &Request, reply: Reply) -> Answer {
        let mut answer = write(reply);
        if answer.response.headers().contains_key(header::CONTENT_TYPE) && !accepts(&request.headers, JSON) {
            let message = format!("Accept matched no format of this API; {JSON} was sent.");
            answer.notes.push(Note { code: Advice::NegotiationFallback, message });
        }
        answer
    }
}

fn write(reply: Reply) -> Answer {
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = reply.status;
    for (name, value) in reply.headers {
        // A value with control characters cannot be sent; the real server also leaves such a header out.
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            response.headers_mut().append(name, value);
        }
    }
    if let Content::Raw(content_type, body) = reply.content {
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        *response.body_mut() = body;
    } else if let Content::Value(value, kind) = reply.content {
        let mut text = String::new();
        if let Err(error) = json::write(value.written(), &kind, EnumStyle::Names, &mut text) {
            tracing::error!(%error, "a reply could not be written");
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            return Answer { response, notes: Vec::new() };
        }
        let media_type = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        *response.body_mut() = Bytes::from(text);
    }
    Answer { response, notes: Vec::new() }
}
