//! Collections: an API's examples as requests that a person sends from an editor, `.http` files and a Bruno collection.
//! Made from the full document, so that they cannot disagree with it. A collection works in a world of its own and begins
//! it anew, hence every request is answered as documented, each time.

mod bruno;
mod http;

use super::json_only::fields_of;
use crate::apis::{Api, Apis};
use crate::codec::percent;
use crate::openapi::media::{FORM_TYPE, JSON_TYPE};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Files by their path in the folder of collections.
#[must_use]
pub fn files(apis: &Apis) -> Vec<(String, String)> {
    let each = |api: &'static Api| {
        let rounds = in_order(requests(&super::document(api, apis.evidence())));
        let http = (format!("http/{}.http", api.document), http::file(api, &rounds));
        std::iter::once(http).chain(bruno::folder(api, &rounds))
    };
    apis.iter().flat_map(each).chain(bruno::root()).collect()
}

/// A request that a document's examples make.
#[derive(Debug)]
struct Request {
    /// The operation's id.
    id: String,
    summary: String,
    tag: String,
    method: String,
    /// Below the world, e.g. `/v1/core/Accounts/2`.
    path: String,
    query: Vec<(String, String)>,
    body: Option<Body>,
    /// Whether a token is sent.
    token: bool,
    status: u16,
}

#[derive(Debug)]
enum Body {
    Json(Value),
    Form(Map<String, Value>),
}

/// Requests that succeed in this order in a world that begins anew.
type Round = Vec<Request>;

/// Every operation whose example is complete: an authorization code, which is good once, cannot be an example.
fn requests(document: &Value) -> Vec<Request> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let operations = |(path, item): (&String, &Value)| {
        let operations = item.as_object().cloned().unwrap_or_default();
        let request = |(method, of): (String, Value)| request(document, path, &method, &of);
        operations.into_iter().filter_map(request).collect::<Vec<_>>()
    };
    paths.flat_map(operations).collect()
}

fn request(document: &Value, path: &str, method: &str, operation: &Value) -> Option<Request> {
    let text = |name: &str| operation.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let servers = operation.get("servers").or_else(|| document.get("servers"))?;
    let server = servers.get(0)?.get("url")?.as_str()?;
    let mut path = format!("{}{path}", server.strip_prefix(super::ORIGIN)?);
    let mut query = Vec::new();
    for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
        let (Some(name), Some(example)) = (parameter.get("name")?.as_str(), parameter.get("example")) else { continue };
        let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        match parameter.get("in")?.as_str()? {
            "path" => path = path.replace(&format!("{{{name}}}"), &encoded(&example)),
            "query" => query.push((name.to_owned(), example)),
            _ => {}
        }
    }
    let body = match operation.get("requestBody") {
        Some(body) => Some(body_of(body.get("content")?)?),
        None => None,
    };
    let statuses = operation.get("responses")?.as_object()?.keys();
    let token = operation.get("security").and_then(Value::as_array).is_none_or(|schemes| !schemes.is_empty());
    Some(Request {
        id: text("operationId"),
        summary: text("summary"),
        tag: operation.get("tags")?.get(0)?.as_str()?.to_owned(),
        method: method.to_ascii_uppercase(),
        path: Some(path).filter(|path| !path.contains('{'))?,
        query,
        body,
        token,
        status: statuses.filter_map(|status| status.parse().ok()).find(|status| (200..400).contains(status))?,
    })
}

/// The first example of JSON, or of a form.
fn body_of(content: &Value) -> Option<Body> {
    let example = |media_type: &str| {
        let examples = content.get(media_type)?.get("examples")?.as_object()?;
        examples.values().next()?.get("value")
    };
    match example(JSON_TYPE) {
        Some(value) => Some(Body::Json(value.clone())),
        None => Some(Body::Form(fields_of(example(FORM_TYPE)?.as_str()?))),
    }
}

/// Reading first, removing last and from the inside out. What sends the same body or removes the same thing as a request
/// before it would be refused, so the world begins anew in between; signing in changes nothing.
fn in_order(mut requests: Vec<Request>) -> Vec<Round> {
    requests.sort_by_key(|request| match request.method.as_str() {
        "GET" => (0, 0),
        "DELETE" => (2, usize::MAX - request.path.matches('/').count()),
        _ => (1, 0),
    });
    let mut rounds = Vec::new();
    let mut round = Round::new();
    let mut sent = BTreeSet::new();
    for request in requests {
        if request.method != "GET" && request.token && !sent.insert(mark(&request)) {
            rounds.push(std::mem::take(&mut round));
            sent = BTreeSet::from([mark(&request)]);
        }
        round.push(request);
    }
    rounds.push(round);
    rounds
}

/// What a request does only once.
fn mark(request: &Request) -> String {
    match &request.body {
        _ if request.method == "DELETE" => request.path.rsplit('/').next().unwrap_or_default().to_owned(),
        Some(Body::Json(body)) => body.to_string(),
        Some(Body::Form(_)) | None => format!("{} {}", request.method, request.path),
    }
}

/// A text as part of an address or of a form.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    percent::push_encoded(&mut out, text);
    out
}

/// Names and values as a query or as a form.
fn pairs<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let pair = |(name, value): (&str, &str)| format!("{}={}", encoded(name), encoded(value));
    pairs.map(pair).collect::<Vec<_>>().join("&")
}

impl Request {
    /// The query as it is sent, with its question mark.
    fn query_text(&self) -> String {
        if self.query.is_empty() {
            return String::new();
        }
        format!("?{}", pairs(self.query.iter().map(|(name, value)| (name.as_str(), value.as_str()))))
    }
}
