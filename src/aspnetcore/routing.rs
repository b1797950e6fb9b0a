//! Endpoint routing: literals ignore case, one trailing slash is tolerated, an empty segment matches nothing, and a
//! verb that no action has on the path gives 405 with the sorted list (spec/reseller.md §12).

use super::{Refusal, path};
use crate::codec::convert::{guid, number};
use crate::webapi::{Action, Routed};
use std::collections::BTreeSet;

/// Every template, those with earlier literals first.
#[derive(Debug)]
pub(super) struct Routes(Vec<Route>);

#[derive(Debug)]
struct Route {
    action: usize,
    method: &'static str,
    segments: Vec<Segment>,
}

/// In the order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(&'static str),
    Parameter { name: &'static str, constraint: Constraint },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Constraint {
    Int,
    Guid,
    Free,
}

impl Routes {
    pub(super) fn of(actions: &[Action]) -> Routes {
        let of_action = |(action, of): (usize, &Action)| {
            let method = of.method;
            let segments = |template: &&'static str| template.split('/').map(Segment::of).collect();
            let routes: Vec<Route> =
                of.templates.iter().map(|text| Route { action, method, segments: segments(text) }).collect();
            routes
        };
        let mut routes: Vec<Route> = actions.iter().enumerate().flat_map(of_action).collect();
        routes.sort_by_key(|route| route.segments.iter().map(Segment::precedence).collect::<Vec<u8>>());
        Routes(routes)
    }

    pub(super) fn find(&self, method: &str, path: &str) -> Result<Routed, Refusal> {
        let path = path::decode(path);
        let path = path.strip_prefix('/').unwrap_or(&path);
        let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
        let mut verbs = BTreeSet::new();
        for route in &self.0 {
            let Some(values) = route.values(&segments) else { continue };
            if route.method.eq_ignore_ascii_case(method) {
                return Ok(Routed { action: route.action, values });
            }
            verbs.insert(route.method);
        }
        if verbs.is_empty() {
            return Err(Refusal::NotFound);
        }
        Err(Refusal::MethodNotAllowed { allow: verbs.into_iter().collect::<Vec<_>>().join(", ") })
    }
}

impl Route {
    /// The route values, or `None` when the template does not match.
    fn values(&self, segments: &[&str]) -> Option<Vec<(String, String)>> {
        if segments.len() != self.segments.len() {
            return None;
        }
        let mut values = Vec::new();
        for (template, segment) in self.segments.iter().zip(segments) {
            match template {
                Segment::Literal(literal) if literal.eq_ignore_ascii_case(segment) => {}
                Segment::Parameter { name, constraint } if !segment.is_empty() && constraint.admits(segment) => {
                    values.push(((*name).to_owned(), (*segment).to_owned()));
                }
                _ => return None,
            }
        }
        Some(values)
    }
}

impl Segment {
    fn of(text: &'static str) -> Segment {
        let Some(inner) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            return Segment::Literal(text);
        };
        match inner.split_once(':') {
            Some((name, "int")) => Segment::Parameter { name, constraint: Constraint::Int },
            Some((name, "guid")) => Segment::Parameter { name, constraint: Constraint::Guid },
            Some((name, _)) => Segment::Parameter { name, constraint: Constraint::Free },
            None => Segment::Parameter { name: inner, constraint: Constraint::Free },
        }
    }

    fn precedence(&self) -> u8 {
        match self {
            Segment::Literal(_) => 0,
            Segment::Parameter { constraint: Constraint::Int | Constraint::Guid, .. } => 1,
            Segment::Parameter { constraint: Constraint::Free, .. } => 2,
        }
    }
}

impl Constraint {
    fn admits(self, segment: &str) -> bool {
        match self {
            Constraint::Int => number::int32_converter(segment).is_ok(),
            Constraint::Guid => guid::parse(segment).is_some(),
            Constraint::Free => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(method: &'static str, templates: &'static [&'static str]) -> Action {
        Action { method, templates, parameters: &[] }
    }

    fn find(method: &str, path: &str) -> Result<(usize, Vec<(String, String)>), Refusal> {
        let routes = Routes::of(&[
            action("GET", &["v1.0/users/{id}"]),
            action("PATCH", &["v1.0/users/{id}"]),
            action("DELETE", &["v1.0/users/{id}"]),
            action("POST", &["v1.0/users/{id}/sendActivationEmail"]),
            action("GET", &["v1.0/users/me"]),
        ]);
        routes.find(method, path).map(|routed| (routed.action, routed.values))
    }

    fn id(value: &str) -> Vec<(String, String)> {
        vec![("id".to_owned(), value.to_owned())]
    }

    #[test]
    fn literals_ignore_case_and_one_trailing_slash_is_tolerated() {
        assert_eq!(find("post", "/V1.0/Users/X/sendactivationemail/"), Ok((3, id("X"))));
        assert_eq!(find("GET", "/v1.0/users/x//"), Err(Refusal::NotFound));
        assert_eq!(find("GET", "/v1.0//users/x"), Err(Refusal::NotFound));
        assert_eq!(find("GET", "/v1.0/users/"), Err(Refusal::NotFound));
        assert_eq!(find("GET", "/v2.0/users/x"), Err(Refusal::NotFound));
    }

    #[test]
    fn values_are_decoded_once_and_keep_encoded_slashes() {
        assert_eq!(find("GET", "/v1.0/users/%20"), Ok((0, id(" "))));
        assert_eq!(find("GET", "/v1.0/users/a%2Fb%2525"), Ok((0, id("a%2Fb%25"))));
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
