//! Endpoint routing: literals ignore case, one trailing slash is tolerated, an empty segment matches nothing, and a
//! verb that no action has on the path gives 405 with the sorted list (docs/spec/reseller.md §12).

use super::Refusal;
use crate::codec::percent;
use crate::frameworks::webapi::{Action, Routed, Template, parts, without_dot_segments};
use std::collections::BTreeSet;

/// Every template, those with earlier literals first.
#[derive(Debug)]
pub(super) struct Routes(Vec<Route>);

#[derive(Debug)]
struct Route {
    action: usize,
    method: &'static str,
    template: Template,
}

impl Routes {
    pub(super) fn new(actions: &[Action]) -> Routes {
        let mut routes = Vec::new();
        for (action, of) in actions.iter().enumerate() {
            for template in of.templates {
                routes.push(Route { action, method: of.method, template: Template::parse(template) });
            }
        }
        routes.sort_by(|left, right| left.template.precedence().cmp(right.template.precedence()));
        Routes(routes)
    }

    pub(super) fn find(&self, method: &str, path: &str) -> Result<Routed, Refusal> {
        let path = without_dot_segments(path);
        // Quirk: the server leaves `%2F` encoded, so it never splits a segment and shows up in the route value.
        let path = percent::decoded(&path, |byte| byte != b'/');
        // chosen: doubled slashes in front, which a base address with a closing slash makes, count as one.
        let path = path.trim_start_matches('/');
        let path = path.strip_suffix('/').unwrap_or(path);
        if path.split('/').any(str::is_empty) {
            return Err(Refusal::NotFound);
        }
        let parts = parts(path);
        let mut verbs = BTreeSet::new();
        for route in self.0.iter().filter(|route| route.template.matches(&parts)) {
            if route.method.eq_ignore_ascii_case(method) {
                return Ok(Routed { action: route.action, values: route.template.values(&parts) });
            }
            verbs.insert(route.method);
        }
        if verbs.is_empty() {
            return Err(Refusal::NotFound);
        }
        Err(Refusal::MethodNotAllowed { allow: verbs.into_iter().collect::<Vec<_>>().join(", ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(method: &'static str, templates: &'static [&'static str]) -> Action {
        Action { method, templates, parameters: &[] }
    }

    type Values = Vec<(&'static str, String)>;

    fn find(method: &str, path: &str) -> Result<(usize, Values), Refusal> {
        let routes = Routes::new(&[
            action("GET", &["v1.0/users/{id}"]),
            action("PATCH", &["v1.0/users/{id}"]),
            action("DELETE", &["v1.0/users/{id}"]),
            action("POST", &["v1.0/users/{id}/sendActivationEmail"]),
            action("GET", &["v1.0/users/me"]),
        ]);
        routes.find(method, path).map(|routed| (routed.action, routed.values))
    }

    fn id(value: &str) -> Values {
        vec![("id", value.to_owned())]
    }

    #[test]
    fn literals_ignore_case_and_one_trailing_slash_is_tolerated() {
        assert_eq!(find("post", "/V1.0/Users/X/sendactivationemail/"), Ok((3, id("X"))));
        assert_eq!(find("GET", "/v1.0/users/x//"), Err(Refusal::NotFound));
        assert_eq!(find("GET", "/v1.0//users/x"), Err(Refusal::NotFound));
        assert_eq!(find("POST", "/v1.0/users///sendActivationEmail"), Err(Refusal::NotFound));
        assert_eq!(find("GET", "/v1.0/users/"), Err(Refusal::NotFound));
        assert_eq!(find("GET", "/v2.0/users/x"), Err(Refusal::NotFound));
        assert_eq!(find("GET", "//v1.0/users/x"), Ok((0, id("x"))));
    }

    #[test]
    fn values_are_decoded_once_and_keep_encoded_slashes() {
        assert_eq!(find("GET", "/v1.0/users/%20"), Ok((0, id(" "))));
        assert_eq!(find("GET", "/v1.0/users/a%2Fb%2525"), Ok((0, id("a%2Fb%25"))));
        assert_eq!(find("GET", "/v1.0/x/%2e%2e/users/%C3%A9%FF"), Ok((0, id("é%FF"))));
    }

    #[test]
    fn wrong_verb_lists_the_verbs_sorted() {
        for verb in ["PUT", "HEAD", "OPTIONS"] {
            let allow = "DELETE, GET, PATCH".to_owned();
            assert_eq!(find(verb, "/v1.0/users/x"), Err(Refusal::MethodNotAllowed { allow }));
        }
    }

    #[test]
    fn literal_beats_parameter() {
        assert_eq!(find("GET", "/v1.0/users/ME"), Ok((4, Vec::new())));
    }
}
