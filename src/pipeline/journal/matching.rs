//! The filter that searches, verifications and faults share (spec/control.md §5): what is asked must be the same,
//! paths may hold `*` for any run of characters, and a body must contain a text.

use crate::model::Api;
use serde::{Deserialize, Deserializer, Serialize};

/// What a request must be; what is absent matches anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Match {
    /// The API's name.
    #[serde(default, deserialize_with = "api_name", skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The operation's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The method, compared without case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path, exact or with `*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The status of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// A text that the request's body must contain. It is looked for in the body as it came, secrets included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_contains: Option<String>,
}

/// The name of an API that there is; a mistyped one would match nothing, and so satisfy whoever expects nothing.
///
/// # Errors
/// With the names there are.
pub fn api_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    match name.as_deref().filter(|name| Api::of(name).is_none()) {
        Some(unknown) => {
            let known = Api::ALL.map(Api::name).join(", ");
            Err(serde::de::Error::custom(format!("'{unknown}' is no API: there are {known}")))
        }
        None => Ok(name),
    }
}

/// A request as filters see it, before or after it was answered.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The API.
    pub api: Option<&'a str>,
    /// The operation.
    pub operation: Option<&'a str>,
    /// The method.
    pub method: &'a str,
    /// The path without the world's prefix.
    pub path: &'a str,
    /// The status, if there is one yet.
    pub status: Option<u16>,
    /// The request's body.
    pub body: &'a [u8],
}

/// Where a request is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The member of the filter.
    pub member: &'static str,
    /// What was asked for.
    pub asked: String,
    /// What the request has.
    pub was: String,
}

impl Match {
    /// Whether a request is what was asked for.
    #[must_use]
    pub fn fits(&self, seen: &Seen<'_>) -> bool {
        let same = |asked: &Option<String>, was: Option<&str>| asked.as_deref().is_none_or(|asked| was == Some(asked));
        same(&self.api, seen.api)
            && same(&self.operation, seen.operation)
            && self.method.as_deref().is_none_or(|asked| asked.eq_ignore_ascii_case(seen.method))
            && self.path.as_deref().is_none_or(|asked| covers(asked, seen.path))
            && self.status.is_none_or(|asked| seen.status == Some(asked))
            && self.body_contains.as_deref().is_none_or(|asked| contains(seen.body, asked.as_bytes()))
    }

    /// Everything in which a request is not what was asked for; nothing when it fits.
    #[must_use]
    pub fn differences(&self, seen: &Seen<'_>) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut note = |member, asked: Option<String>, fits: &dyn Fn(&Match) -> bool, was: String| {
            if let Some(asked) = asked.filter(|_| !fits(self)) {
                found.push(Difference { member, asked, was });
            }
        };
        let none = Match::default();
        let text = |was: Option<&str>| was.unwrap_or("none").to_owned();
        let api = |asked: &Match| Match { api: asked.api.clone(), ..none.clone() }.fits(seen);
        note("api", self.api.clone(), &api, text(seen.api));
        let operation = |asked: &Match| Match { operation: asked.operation.clone(), ..none.clone() }.fits(seen);
        note("operation", self.operation.clone(), &operation, text(seen.operation));
        let method = |asked: &Match| Match { method: asked.method.clone(), ..none.clone() }.fits(seen);
        note("method", self.method.clone(), &method, seen.method.to_owned());
        let path = |asked: &Match| Match { path: asked.path.clone(), ..none.clone() }.fits(seen);
        note("path", self.path.clone(), &path, seen.path.to_owned());
        let status = |asked: &Match| Match { status: asked.status, ..none.clone() }.fits(seen);
        let was = seen.status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        note("status", self.status.map(|status| status.to_string()), &status, was);
        let body = |asked: &Match| Match { body_contains: asked.body_contains.clone(), ..none.clone() }.fits(seen);
        note("bodyContains", self.body_contains.clone(), &body, format!("a body of {} bytes", seen.body.len()));
        found
    }

    /// The filter in words: `api reseller, method PATCH`, or `any request`.
    #[must_use]
    pub fn words(&self) -> String {
        let status = self.status.map(|status| status.to_string());
        let parts = [
            ("api", self.api.as_deref()),
            ("operation", self.operation.as_deref()),
            ("method", self.method.as_deref()),
            ("path", self.path.as_deref()),
            ("status", status.as_deref()),
            ("a body that contains", self.body_contains.as_deref()),
        ];
        let said: Vec<String> =
            parts.iter().filter_map(|(name, asked)| asked.map(|asked| format!("{name} {asked}"))).collect();
        if said.is_empty() { "anything".to_owned() } else { said.join(", ") }
    }
}

/// Whether a pattern with `*` covers a text. Greedy from the left, with one place to come back to: never more steps
/// than pattern times text.
fn covers(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    let mut rest = rest;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|window| window == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        for (pattern, text, expected) in [
            ("/v1/users/1", "/v1/users/1", true),
            ("/v1/users/1", "/v1/users/12", false),
            ("/v1/*", "/v1/", true),
            ("*/users/*", "/v1/core/users/1", true),
            ("/a*b*c", "/a-b-b-c", true),
            ("/a*b*c", "/a-c-b", false),
            ("/ab*ba", "/aba", false),
            ("*", "", true),
        ] {
            assert_eq!(covers(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn differences_name_each_member_that_does_not_fit() {
        let asked: Match =
            serde_json::from_str(r#"{"method":"patch","status":200,"path":"/a*","bodyContains":"x"}"#).unwrap();
        let seen = Seen { api: Some("pbnb"), operation: None, method: "PATCH", path: "/b", status: None, body: b"abc" };
        let found: Vec<(&str, String)> =
            asked.differences(&seen).into_iter().map(|found| (found.member, found.was)).collect();
        let expected = [("path", "/b"), ("status", "none"), ("bodyContains", "a body of 3 bytes")];
        assert_eq!(found, expected.map(|(member, was)| (member, was.to_owned())));
        assert!(!asked.fits(&seen) && Match::default().fits(&seen));
    }
}
