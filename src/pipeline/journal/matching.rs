//! The filter that searches, verifications and faults share (docs/spec/control.md §5). Its members are declared once:
//! struct, matching, differences, words, JSON Schema and, in the control API, the query of a search follow from the
//! table.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The members of the filter, handed to a macro that makes something of them: for each its name on the wire, its name
/// in words, when a request fits, what a request has instead, schema and sentence of its query parameter, and its JSON
/// Schema.
macro_rules! filter_members {
    ($interpret:ident) => {
        $interpret! {
            /// The API's name.
            api: String {
                name: "api",
                words: "api",
                fits: |asked, view| view.api == Some(asked),
                was: |view| view.api.unwrap_or(NONE).to_owned(),
                query: ("ApiName", "The API that was called"),
                schema: json!({ "type": ["string", "null"] }),
            }
            /// The operation's id.
            operation: String {
                name: "operation",
                words: "operation",
                fits: |asked, view| view.operation == Some(asked),
                was: |view| view.operation.unwrap_or(NONE).to_owned(),
                query: ("Text", "operationId of the API's document"),
                schema: json!({ "type": ["string", "null"] }),
            }
            /// The method, compared without case.
            method: String {
                name: "method",
                words: "method",
                fits: |asked, view| asked.eq_ignore_ascii_case(view.method),
                was: |view| view.method.to_owned(),
                query: ("Text", "HTTP method"),
                schema: json!({ "type": ["string", "null"] }),
            }
            /// The path, exact or with `*` for any run of characters.
            path: String {
                name: "path",
                words: "path",
                fits: |asked, view| covers(asked, view.path),
                was: |view| view.path.to_owned(),
                query: ("Text", "Path, exact or with `*`"),
                schema: json!({ "type": ["string", "null"], "description": "Exact, or with `*`." }),
            }
            /// The status of the answer.
            status: u16 {
                name: "status",
                words: "status",
                fits: |asked, view| view.status == Some(*asked),
                was: |view| view.status.map_or_else(|| NONE.to_owned(), |status| status.to_string()),
                query: ("StatusCode", "Status of the answer"),
                schema: json!({ "type": ["integer", "null"], "minimum": 0, "maximum": u16::MAX }),
            }
            /// A text that the request's body must contain. It is searched for in the body as received, secrets
            /// included.
            body_contains: String {
                name: "bodyContains",
                words: "a body that contains",
                fits: |asked, view| memchr::memmem::find(view.body, asked.as_bytes()).is_some(),
                was: |view| match view.body.len() {
                    kept if kept < view.length => format!("the first {kept} bytes of a body of {}", view.length),
                    kept => format!("a body of {kept} bytes"),
                },
                query: ("Text", "A text that the request's body contains"),
                schema: json!({ "type": ["string", "null"] }),
            }
        }
    };
}
pub(crate) use filter_members;

/// How a difference shows something that a request does not have.
const NONE: &str = "none";

/// A request as filters see it, before or after it was answered.
#[derive(Debug, Clone, Copy)]
pub struct RequestView<'a> {
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
    /// The request's body, or the part of it that is kept.
    pub body: &'a [u8],
    /// The length of the whole body.
    pub length: usize,
}

/// Whether a request matches a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Nobody knows: the text may stand in the part of its body that is not kept.
    Open,
}

/// A member in which a request differs from the filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The member of the filter.
    pub member: &'static str,
    /// The value in the filter.
    pub asked: String,
    /// The value in the request.
    pub was: String,
}

macro_rules! filter {
    ($(
        $(#[$about:meta])*
        $field:ident: $type:ty {
            name: $name:literal,
            words: $words:literal,
            fits: $fits:expr,
            was: $was:expr,
            query: $query:tt,
            schema: $schema:expr,
        }
    )*) => {
        /// The conditions for a request; an absent member matches anything.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Match {$(
            $(#[$about])*
            #[serde(rename = $name, default, skip_serializing_if = "Option::is_none")]
            pub $field: Option<$type>,
        )*}

        impl Match {
            /// Whether a request matches.
            #[must_use]
            pub fn fits(&self, view: &RequestView<'_>) -> bool {
                $(
                    let fits: fn(&$type, &RequestView<'_>) -> bool = $fits;
                    if self.$field.as_ref().is_some_and(|asked| !fits(asked, view)) {
                        return false;
                    }
                )*
                true
            }

            /// Every member in which a request differs; none when it matches.
            #[must_use]
            pub fn differences(&self, view: &RequestView<'_>) -> Vec<Difference> {
                let mut found = Vec::new();
                $(
                    let fits: fn(&$type, &RequestView<'_>) -> bool = $fits;
                    let was: fn(&RequestView<'_>) -> String = $was;
                    if let Some(asked) = self.$field.as_ref().filter(|asked| !fits(asked, view)) {
                        found.push(Difference { member: $name, asked: asked.to_string(), was: was(view) });
                    }
                )*
                found
            }

            /// The filter in words: `api reseller, method PATCH`, or `anything`.
            #[must_use]
            pub fn words(&self) -> String {
                let members = [$(self.$field.as_ref().map(|asked| format!("{} {asked}", $words))),*];
                let said: Vec<String> = members.into_iter().flatten().collect();
                if said.is_empty() { "anything".to_owned() } else { said.join(", ") }
            }

            /// The filter as a JSON Schema, for these names of APIs.
            #[must_use]
            pub fn schema(apis: &[&str]) -> Value {
                let mut properties: Map<String, Value> = [$(($name.to_owned(), $schema)),*].into_iter().collect();
                let names: Value = apis.iter().map(|name| Some(*name)).chain([None]).collect();
                if let Some(Value::Object(api)) = properties.get_mut("api") {
                    api.insert("enum".to_owned(), names);
                }
                json!({
                    "type": "object",
                    "description": "The conditions for a request; absent members match everything.",
                    "properties": properties,
                    "additionalProperties": false,
                })
            }
        }
    };
}

filter_members!(filter);

impl Match {
    /// Whether a request matches of which perhaps not all is kept.
    #[must_use]
    pub fn fit(&self, view: &RequestView<'_>) -> Fit {
        if self.fits(view) {
            return Fit::Yes;
        }
        let open = view.body.len() < view.length
            && self.body_contains.as_ref().is_some_and(|asked| asked.len() <= view.length)
            && self.differences(view).iter().all(|found| found.member == "bodyContains");
        if open { Fit::Open } else { Fit::No }
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
            ("*ab*b*", "ab", false),
            ("*", "", true),
        ] {
            assert_eq!(covers(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn differences_name_each_member_that_does_not_fit() {
        let asked: Match =
            serde_json::from_str(r#"{"method":"patch","status":200,"path":"/a*","bodyContains":"x"}"#).unwrap();
        let view = RequestView {
            api: Some("pbnb"),
            operation: None,
            method: "PATCH",
            path: "/b",
            status: None,
            body: b"abc",
            length: 3,
        };
        let found: Vec<(&str, String)> =
            asked.differences(&view).into_iter().map(|found| (found.member, found.was)).collect();
        let expected = [("path", "/b"), ("status", "none"), ("bodyContains", "a body of 3 bytes")];
        assert_eq!(found, expected.map(|(member, was)| (member, was.to_owned())));
        assert!(!asked.fits(&view) && Match::default().fits(&view));
    }

    #[test]
    fn a_text_that_the_kept_part_of_a_body_does_not_hold_may_stand_in_the_rest() {
        let asked = |text: &str, method: &str| Match {
            body_contains: Some(text.to_owned()),
            method: Some(method.to_owned()),
            ..Match::default()
        };
        let whole =
            RequestView { api: None, operation: None, method: "PUT", path: "", status: None, body: b"abc", length: 3 };
        let cut = RequestView { length: 9, ..whole };
        for (wanted, of_whole, of_cut) in [
            (asked("bc", "PUT"), Fit::Yes, Fit::Yes),
            (asked("cd", "PUT"), Fit::No, Fit::Open),
            (asked("cd", "GET"), Fit::No, Fit::No),
            (asked("0123456789", "PUT"), Fit::No, Fit::No),
        ] {
            assert_eq!((wanted.fit(&whole), wanted.fit(&cut)), (of_whole, of_cut), "{wanted:?}");
        }
        assert_eq!(asked("x", "PUT").differences(&cut)[0].was, "the first 3 bytes of a body of 9");
    }
}
