//! A control call as data: its address, what it takes and answers, and the handler behind it. The router, the OpenAPI
//! document and the access check all read these constants; each stands next to its handler.

use crate::pipeline::app::App;
use axum::routing::{MethodFilter, MethodRouter};

/// One call.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// The HTTP method.
    pub method: Method,
    /// The path below `/_usertwin`.
    pub path: &'static str,
    /// The OpenAPI `operationId`.
    pub id: &'static str,
    /// The resource it belongs to.
    pub tag: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Whether it needs no control token, as health checks and the documents do not.
    pub anonymous: bool,
    /// The parameters of its query.
    pub query: &'static [Parameter],
    /// Its body.
    pub body: Body,
    /// An example of its body, as JSON, that a fresh server on the demo seed accepts; empty for none.
    pub example: &'static str,
    /// The answer to a call that succeeds.
    pub answer: Answer,
    /// Further answers to one that succeeds.
    pub also: &'static [Answer],
    /// Statuses of its refusals, in addition to those that follow from its path, query and body.
    pub refusals: &'static [u16],
    /// Its handler, for this method alone.
    pub handler: fn(MethodFilter) -> MethodRouter<App>,
}

impl Call {
    /// A GET without parameters that answers 204: what the constants start from.
    pub const NEW: Call = Call {
        method: Method::Get,
        path: "",
        id: "",
        tag: "",
        summary: "",
        anonymous: false,
        query: &[],
        body: Body::None,
        example: "",
        answer: Answer::NoContent,
        also: &[],
        refusals: &[],
        handler: |_| MethodRouter::new(),
    };

    /// Whether a path below `/_usertwin` is one of this call's.
    pub(super) fn is_at(&self, path: &str) -> bool {
        let (mut wanted, mut given) = (self.path.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if wanted == given || wanted.starts_with('{') => {}
                _ => return false,
            }
        }
    }

    /// The handler as a route.
    pub(super) fn route(&self) -> MethodRouter<App> {
        (self.handler)(self.method.filter())
    }
}

/// The method of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET, which also answers HEAD.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// DELETE.
    Delete,
}

impl Method {
    /// The method as it is sent.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }

    fn filter(self) -> MethodFilter {
        match self {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
            Method::Put => MethodFilter::PUT,
            Method::Delete => MethodFilter::DELETE,
        }
    }
}

/// A parameter of a query.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// The name of its schema.
    pub schema: &'static str,
    /// One line.
    pub description: &'static str,
}

impl Parameter {
    /// A parameter.
    #[must_use]
    pub const fn new(name: &'static str, schema: &'static str, description: &'static str) -> Parameter {
        Parameter { name, schema, description }
    }
}

/// The body that a call takes, by the name of its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// None.
    None,
    /// JSON.
    Json(&'static str),
    /// JSON, or an empty body that counts as `{}`.
    OptionalJson(&'static str),
}

/// The answer to a call that succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// 204.
    NoContent,
    /// A status and JSON, by the name of its schema.
    Json(u16, &'static str),
    /// 200 and text of a media type.
    Text(&'static str),
}
