//! Attribute routing and action selection: which action a method and an address select, and the framework's 404 and 405
//! (docs/spec/pbnb.md §9, tests/oracle/README.md #34 to #39). Templates are parsed once, when the application is made.

use super::model_state::HIDDEN;
use super::template::Template;
use super::{Action, BindFrom, HttpError, Reply, Request, Routed, Settings, display, path, uri};
use crate::codec::form::pairs;
use http::StatusCode;
use http::header::ALLOW;
use std::cell::OnceCell;

#[derive(Debug)]
pub(super) struct Routes(Vec<Route>);

/// One template of one action.
#[derive(Debug)]
struct Route {
    action: usize,
    method: &'static str,
    template: Template,
    /// The number of parameters that must be in the path or the query for the action to be chosen.
    required: usize,
    /// Those of them that the path does not have.
    in_query: Vec<&'static str>,
}

impl Routes {
    /// The routes in the order in which they are tried: literals beat constrained parameters, those beat free ones;
    /// at a tie the action that asks for more parameters comes first.
    pub(super) fn new(actions: &[Action]) -> Routes {
        let mut routes: Vec<Route> = Vec::new();
        for (number, action) in actions.iter().enumerate() {
            let required = action.parameters.iter().filter(|parameter| parameter.from == BindFrom::Uri);
            let required: Vec<_> = required.map(|parameter| parameter.name).collect();
            for template in action.templates {
                let template = Template::parse(template);
                let in_path = |name: &&&str| template.names().any(|known| known.eq_ignore_ascii_case(name));
                let in_query = required.iter().filter(|name| !in_path(name)).copied().collect();
                let (method, required) = (action.method, required.len());
                routes.push(Route { action: number, method, template, required, in_query });
            }
        }
        routes.sort_by(|left, right| {
            left.template.precedence().cmp(right.template.precedence()).then(right.required.cmp(&left.required))
        });
        Routes(routes)
    }

    pub(super) fn find(&self, request: &Request, actions: &[Action], settings: &Settings) -> Result<Routed, Reply> {
        let path = path::decoded(&request.path);
        let parts = path::parts(&path);
        // Quirk: before anything else, choosing an action takes the brackets off the names of the query (oracle:
        // Q-bracket).
        let is_addressed = || self.0.iter().any(|route| route.template.matches(&parts));
        if request.query.as_deref().is_some_and(pairs::has_unclosed_bracket) && is_addressed() {
            return Err(unclosed_bracket(settings));
        }
        let query = OnceCell::new();
        let in_query = |name: &str| {
            let query = query.get_or_init(|| uri::parse_query(request.query.as_deref()));
            query.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        let is_complete = |route: &Route| route.in_query.iter().all(|name| in_query(name));
        // What can be compared fastest first: separators at the end may be the template's or follow it.
        let separators = parts.iter().rev().take_while(|part| **part == "/").count();
        let lengths = parts.len() - separators..=parts.len();
        let means = |route: &&Route| {
            lengths.contains(&route.template.length())
                && route.method.eq_ignore_ascii_case(&request.method)
                && route.template.matches(&parts)
                && is_complete(route)
        };
        if let Some(route) = self.0.iter().find(means) {
            return Ok(Routed { action: route.action, values: route.template.values(&parts) });
        }
        let addressed: Vec<&Route> = self.0.iter().filter(|route| route.template.matches(&parts)).collect();
        let usable: Vec<&Route> = addressed.iter().copied().filter(|route| is_complete(route)).collect();
        if let Some(first) = usable.first() {
            // The verbs of the best-fitting template only, as the precedence filter runs before the verbs are listed.
            let precedence = first.template.precedence();
            let same = usable.iter().filter(|route| route.template.precedence() == precedence);
            let mut allowed: Vec<usize> = same.map(|route| route.action).collect();
            allowed.sort_unstable();
            let verbs = allowed.iter().filter_map(|action| actions.get(*action)).map(|action| action.method);
            let mut distinct: Vec<&str> = Vec::new();
            verbs.for_each(|verb| {
                if !distinct.contains(&verb) {
                    distinct.push(verb)
                }
            });
            return Err(method_not_allowed(request, &distinct));
        }
        let detail = addressed.first().map_or_else(|| no_route(&parts), |route| no_action(route));
        Err(not_found(request, detail, settings))
    }
}

fn method_not_allowed(request: &Request, allowed: &[&str]) -> Reply {
    let text = format!("The requested resource does not support http method '{}'.", request.method);
    Reply::error(StatusCode::METHOD_NOT_ALLOWED, HttpError::message(text)).header(ALLOW, allowed.join(", "))
}

fn unclosed_bracket(settings: &Settings) -> Reply {
    let mut error = HttpError::message(HIDDEN);
    if settings.error_detail {
        error = error.with_exception(pairs::UNCLOSED, "System.ArgumentException");
    }
    Reply::error(StatusCode::INTERNAL_SERVER_ERROR, error)
}

fn not_found(request: &Request, detail: String, settings: &Settings) -> Reply {
    let uri = display::uri(request);
    let error = HttpError::message(format!("No HTTP resource was found that matches the request URI '{uri}'."));
    Reply::error(StatusCode::NOT_FOUND, error.with_detail(detail, settings.error_detail))
}

/// A required parameter is missing. The controller's name is not public; the template's last literal stands in for
/// it (chosen).
fn no_action(route: &Route) -> String {
    let controller = route.template.last_literal().unwrap_or_default();
    format!("No action was found on the controller '{controller}' that matches the request.")
}

/// Every application keeps the framework's convention route `api/{controller}/{id}`, which no controller answers
/// (oracle: rt-conv-*).
fn no_route(parts: &[&str]) -> String {
    let (content, trailing) = match parts {
        [api, "/", controller, "/", _id, rest @ ..] => (Some((api, controller)), rest),
        [api, "/", controller, rest @ ..] => (Some((api, controller)), rest),
        _ => (None, parts),
    };
    match content {
        Some((api, controller)) if api.eq_ignore_ascii_case("api") && trailing.iter().all(|part| *part == "/") => {
            format!("No type was found that matches the controller named '{controller}'.")
        }
        _ => "No route data was found for this request.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::MAX_DEPTH;
    use crate::codec::untyped::Entry;
    use crate::contract::Kind;
    use crate::frameworks::webapi::{Content, InvalidModel, Parameter};

    const ACCOUNT: Parameter =
        Parameter { name: "accountID", kind: Kind::Guid, from: BindFrom::Uri, doc: "", example: None };
    const ID: Parameter = Parameter { name: "id", kind: Kind::Int32, from: BindFrom::Uri, doc: "", example: None };
    const EXPAND: Parameter =
        Parameter { name: "expand", kind: Kind::String, from: BindFrom::OptionalUri, doc: "", example: None };
    const ACTIONS: &[Action] = &[
        Action { method: "GET", templates: &["v1/users/{id}"], parameters: &[ID, EXPAND] },
        Action { method: "PATCH", templates: &["v1/users/{id}"], parameters: &[ID] },
        Action { method: "GET", templates: &["v1/users/paged"], parameters: &[] },
        Action { method: "GET", templates: &["v1/users"], parameters: &[ACCOUNT] },
        Action { method: "DELETE", templates: &["v1/accounts/{id:int}", "v1/acc/{id:int}"], parameters: &[ID] },
    ];

    fn find(method: &str, address: &str) -> Result<Routed, Reply> {
        let (path, query) = address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
        let request = Request {
            today: chrono::NaiveDate::default(),
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.map(str::to_owned),
            origin: "http://localhost".to_owned(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::new(),
        };
        let settings =
            Settings { formatters: &[], invalid_model: InvalidModel::Refuse, error_detail: true, depth: MAX_DEPTH };
        Routes::new(ACTIONS).find(&request, ACTIONS, &settings)
    }

    fn action(method: &str, address: &str) -> Option<usize> {
        find(method, address).ok().map(|routed| routed.action)
    }

    fn detail(reply: Reply) -> Option<String> {
        let Content::Error(error) = reply.content else { return None };
        let found = error.0.0.into_iter().find(|(name, _)| name == "MessageDetail");
        if let Some((_, Entry::Text(text))) = found { Some(text) } else { None }
    }

    #[test]
    fn literals_beat_parameters_and_case_does_not_matter() {
        assert_eq!(action("GET", "/V1/Users/PAGED/"), Some(2));
        assert_eq!(action("get", "/v1/users/7"), Some(0));
        assert_eq!(action("PATCH", "/v1/users/paged"), Some(1));
        assert_eq!(action("DELETE", "/v1/acc/%207"), Some(4));
        assert_eq!(action("DELETE", "/v1/acc/x"), None);
    }

    #[test]
    fn a_missing_required_parameter_is_404_even_under_the_right_address() {
        assert_eq!(action("GET", "/v1/users?ACCOUNTid="), Some(3));
        let reply = find("GET", "/v1/users?account=1").unwrap_err();
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert_eq!(
            detail(reply).as_deref(),
            Some("No action was found on the controller 'users' that matches the request.")
        );
    }

    #[test]
    fn another_verb_is_405_and_names_the_verbs_of_the_address() {
        let reply = find("FOO", "/v1/users/7").unwrap_err();
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(reply.headers, [(ALLOW, "GET, PATCH".to_owned())]);
        let reply = find("POST", "/v1/users/paged").unwrap_err();
        assert_eq!(reply.headers, [(ALLOW, "GET".to_owned())]);
    }

    #[test]
    fn an_unclosed_bracket_in_the_query_fails_every_action_and_no_other_address() {
        for (method, address) in [("GET", "/v1/users/7?a["), ("FOO", "/v1/users/7?%5Ba"), ("GET", "/v1/users?a[b")] {
            assert_eq!(find(method, address).unwrap_err().status, StatusCode::INTERNAL_SERVER_ERROR, "{address}");
        }
        assert_eq!(find("GET", "/nope?a[").unwrap_err().status, StatusCode::NOT_FOUND);
        assert_eq!(find("DELETE", "/v1/acc/x?a[").unwrap_err().status, StatusCode::NOT_FOUND);
    }

    #[test]
    fn the_convention_route_shows_only_in_the_detail() {
        for (address, expected) in [
            ("/api/nope", "No type was found that matches the controller named 'nope'."),
            ("/API/nope/7/", "No type was found that matches the controller named 'nope'."),
            ("/api/", "No route data was found for this request."),
            ("/api/a/b/c", "No route data was found for this request."),
            ("/nope", "No route data was found for this request."),
        ] {
            assert_eq!(detail(find("GET", address).unwrap_err()).as_deref(), Some(expected), "{address}");
        }
    }
}
