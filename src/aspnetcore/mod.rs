//! The emulated ASP.NET Core MVC pipeline, as far as an API of path values and JSON bodies needs it: endpoint routing,
//! the bearer handler, the content-type check and model binding, over buffered requests (spec/reseller.md §6.7, §12).
//! It knows actions and no vendor: whoever emulates one dresses a [`Refusal`] in that vendor's envelope.
//!
//! The way of a request: [`Application::route`] (404, 405), [`bearer::authenticate`] (401), [`Application::bind`]
//! (415, 400), the endpoint, [`Reply::into_response`].

pub mod bearer;
mod binding;
mod body;
mod refusal;
mod reply;
mod routing;

pub use body::{EMPTY_BODY, typed};
pub use refusal::{BindingError, Refusal};
pub use reply::Reply;

use crate::codec::Body;
use crate::contract::Value;
use crate::webapi::{Action, From, Request, Routed};

/// One emulated application: its actions and what routing made of their templates.
#[derive(Debug)]
pub struct Application {
    actions: Vec<Action>,
    routes: routing::Routes,
}

/// The bound arguments of a request, with the body as `B`.
#[derive(Debug)]
pub struct Bound<B> {
    /// One value per parameter of the action that does not come from the body, in declaration order.
    pub arguments: Vec<Value>,
    /// The body; `None` when the action takes none.
    pub body: Option<B>,
}

impl Application {
    /// An application of these actions. Of two templates that match a path, the one with the earlier literal wins.
    #[must_use]
    pub fn new(actions: Vec<Action>) -> Application {
        Application { routes: routing::Routes::of(&actions), actions }
    }

    /// Finds the action of a request.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] and [`Refusal::MethodNotAllowed`], both answered before authentication and without a body.
    pub fn route(&self, request: &Request) -> Result<Routed, Refusal> {
        self.routes.find(&request.method, &request.path)
    }

    /// Binds the action's parameters; `read` turns the body into a value and is only asked for an action that takes
    /// one, when its media type is right, the path values are well-formed and it is not blank.
    ///
    /// # Errors
    /// [`Refusal::UnsupportedMediaType`], and [`Refusal::Invalid`] with every path and query error, or else with the
    /// body's.
    pub fn bind<B>(
        &self,
        request: &Request,
        routed: &Routed,
        read: impl FnOnce(Body<'_>) -> Result<B, BindingError>,
    ) -> Result<Bound<B>, Refusal> {
        let parameters = self.actions.get(routed.action).map_or(&[][..], |action| action.parameters);
        let takes_body = parameters.iter().any(|parameter| parameter.from == From::Body);
        // The filter that turns an unread body into 415 runs before the one that refuses an invalid model state, so a
        // wrong content type beats a malformed id (spec/reseller.md §12).
        let body = if takes_body { Some(body::of(request)?) } else { None };
        let arguments = binding::bind(request, routed, parameters)?;
        // chosen (spec/reseller.md §15, row 22): the framework would list the body's error first; the vendor shows one.
        let body = body.map(|body| body::read(body, read)).transpose()?;
        Ok(Bound { arguments, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Kind;
    use crate::webapi::Parameter;
    use http::{HeaderMap, header};

    const PARAMETERS: &[Parameter] = &[
        Parameter { name: "tenantId", kind: Kind::Guid, from: From::Uri, doc: "" },
        Parameter { name: "userId", kind: Kind::Guid, from: From::Uri, doc: "" },
        Parameter { name: "patch", kind: Kind::String, from: From::Body, doc: "" },
    ];

    fn patch(path: &str, content_type: Option<&str>, body: &'static [u8]) -> Result<Bound<usize>, Refusal> {
        let action = Action { method: "PATCH", templates: &["{tenantId}/users/{userId}"], parameters: PARAMETERS };
        let application = Application::new(vec![action]);
        let mut headers = HeaderMap::new();
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        }
        let request = Request {
            method: "PATCH".to_owned(),
            path: path.to_owned(),
            query: None,
            origin: "http://localhost".to_owned(),
            headers,
            body: body.into(),
        };
        let routed = application.route(&request)?;
        application.bind(&request, &routed, |body| match body.bytes {
            b"bad" => Err(BindingError::body("malformed")),
            bytes => Ok(bytes.len()),
        })
    }

    const GOOD: &str = "/6172bb3d-e843-46bb-93a3-334505974ad9/users/6172bb3d-e843-46bb-93a3-334505974ad9";

    fn texts(result: Result<Bound<usize>, Refusal>) -> Vec<String> {
        match result.unwrap_err() {
            Refusal::Invalid(errors) => errors.into_iter().map(|error| error.message).collect(),
            other => vec![format!("{other:?}")],
        }
    }

    #[test]
    fn wrong_content_type_beats_malformed_ids() {
        assert_eq!(texts(patch("/x/users/y", Some("text/plain"), b"[]")), ["UnsupportedMediaType"]);
        assert_eq!(texts(patch(GOOD, None, b"[]")), ["UnsupportedMediaType"]);
    }

    #[test]
    fn malformed_ids_come_in_path_order_and_before_the_body() {
        let expected = ["The value 'x' is not valid.", "The value 'y' is not valid."];
        assert_eq!(texts(patch("/x/users/y", Some("application/json"), b"bad")), expected);
    }

    #[test]
    fn blank_body_is_refused_before_the_reader_sees_it() {
        assert_eq!(texts(patch(GOOD, Some("application/json"), b" \r\n")), [EMPTY_BODY]);
        assert_eq!(texts(patch(GOOD, Some("application/json"), b"bad")), ["malformed"]);
        let bound = patch(GOOD, Some("application/json"), b"[]").unwrap();
        assert_eq!((bound.arguments.len(), bound.body), (2, Some(2)));
    }
}
