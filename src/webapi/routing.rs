//! Attribute routing and action selection: which action a method and an address mean, and the framework's 404 and 405
//! (spec/pbnb.md §9, oracle facts 34 to 39). Templates are taken apart once, when the application is made.

use super::template::Template;
use super::{Action, From, HttpError, Reply, Request, Routed, Settings, path, uri};
use http::StatusCode;
use http::header::ALLOW;

#[derive(Debug)]
pub(super) struct Routes(Vec<Route>);

/// One template of one action.
#[derive(Debug)]
struct Route {
    action: usize,
    template: Template,
    /// Parameters that must be in the path or the query for the action to be chosen.
    required: Vec<&'static str>,
}

impl Routes {
    /// The routes in the order in which they are tried: literals beat constrained parameters, those beat free ones;
    /// at a tie the action that asks for more parameters comes first.
    pub(super) fn of(actions: &[Action]) -> Routes {
        let mut routes: Vec<Route> = Vec::new();
        for (number, action) in actions.iter().enumerate() {
            let required = action.parameters.iter().filter(|parameter| parameter.from == From::Uri);
            let required: Vec<_> = required.map(|parameter| parameter.name).collect();
            for template in action.templates {
                routes.push(Route { action: number, template: Template::parse(template), required: required.clone() });
            }
        }
        routes.sort_by(|left, right| {
            left.template
                .precedence()
                .cmp(right.template.precedence())
                .then(right.required.len().cmp(&left.required.len()))
        });
        Routes(routes)
    }

    pub(super) fn find(&self, request: &Request, actions: &[Action], settings: &Settings) -> Result<Routed, Reply> {
        let path = path::decoded(&request.path);
        let parts = path::parts(&path);
        let method = |route: &Route| actions.get(route.action).map_or("", |action| action.method);
        let mut query: Option<Vec<(String, String)>> = None;
        let mut addressed = false;
        let mut usable: Vec<&Route> = Vec::new();
        for route in self.0.iter().filter(|route| route.template.matches(&parts)) {
            addressed = true;
            let in_path = |name: &str| route.template.names().any(|known| known.eq_ignore_ascii_case(name));
            let mut missing = route.required.iter().filter(|name| !in_path(name)).peekable();
            if missing.peek().is_some() {
                let query = query.get_or_insert_with(|| uri::parse_query(request.query.as_deref()));
                if missing.any(|name| !query.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))) {
                    continue;
                }
            }
            if method(route).eq_ignore_ascii_case(&request.method) {
                return Ok(Routed { action: route.action, values: route.template.values(&parts) });
            }
            usable.push(route);
        }
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
        let detail = if addressed { no_action(self, &parts) } else { no_route(&parts) };
        Err(not_found(request, detail, settings))
    }
}

fn method_not_allowed(request: &Request, allowed: &[&str]) -> Reply {
    let text = format!("The requested resource does not support http method '{}'.", request.method);
    Reply::error(StatusCode::METHOD_NOT_ALLOWED, HttpError::message(text)).header(ALLOW, allowed.join(", "))
}

fn not_found(request: &Request, detail: String, settings: &Settings) -> Reply {
    let uri = path::display_uri(request);
    let error = HttpError::message(format!("No HTTP resource was found that matches the request URI '{uri}'."));
    Reply::error(StatusCode::NOT_FOUND, error.with_detail(detail, settings.error_detail))
}

/// A required parameter is missing. The controller's name is not public; the template's last literal stands in for
/// it (chosen).
fn no_action(routes: &Routes, parts: &[&str]) -> String {
    let found = routes.0.iter().find(|route| route.template.matches(parts));
    let controller = found.and_then(|route| route.template.last_literal()).unwrap_or_default();
    format!("No action was found on the controller '{controller}' that matches the request.")
}

/// Every application keeps the framework's convention route `api/{controller}/{id}`, which no controller answers
/// [rt-conv-*].
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
