//! Cross-origin requests as `EnableCors` of ASP.NET Web API 2 answers them: a message handler in front of routing, with
//! 200 for a preflight that is allowed, and 400 with the reason for one that is not.
//!
//! Quirk: methods and headers that need no permission are left out, and the answer does not say that it varies by origin.

use super::{HttpError, Reply, Request};
use crate::frameworks::cors::{CorsPolicy, Headers, listed, preflight};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN,
};
use http::{Method, StatusCode};

const SIMPLE_METHODS: [&str; 3] = ["GET", "HEAD", "POST"];
const SIMPLE_REQUEST_HEADERS: [&str; 4] = ["Origin", "Accept", "Accept-Language", "Content-Language"];

/// The answer to a preflight; nothing for any other request.
pub(crate) fn answer_preflight(policy: &CorsPolicy, request: &Request) -> Option<Reply> {
    let (origin, method) = preflight(&request.method, &request.headers)?;
    let refused = |sentence: String| Some(Reply::error(StatusCode::BAD_REQUEST, HttpError::message(sentence)));
    if method.is_empty() {
        // chosen: the wording of this one and the next.
        return refused("The Access-Control-Request-Method header cannot be null or empty.".to_owned());
    }
    if method.parse::<Method>().is_err() {
        return refused(format!("The Access-Control-Request-Method '{method}' is invalid."));
    }
    if !policy.allows(origin) {
        return refused(format!("The origin '{origin}' is not allowed."));
    }
    let mut headers = policy.of_origin(origin);
    if !is_one_of(&SIMPLE_METHODS, method) {
        headers.push((ACCESS_CONTROL_ALLOW_METHODS, method.to_owned()));
    }
    let mut wanted: Vec<&str> = Vec::new();
    for name in listed(&request.headers, &ACCESS_CONTROL_REQUEST_HEADERS) {
        if !is_one_of(&SIMPLE_REQUEST_HEADERS, name) && !is_one_of(&wanted, name) {
            wanted.push(name);
        }
    }
    if !wanted.is_empty() {
        headers.push((ACCESS_CONTROL_ALLOW_HEADERS, wanted.join(",")));
    }
    Some(headers.into_iter().fold(Reply::empty(StatusCode::OK), |reply, (name, value)| reply.header(name, value)))
}

/// The headers that the answer to a request from another origin has in addition.
pub(crate) fn headers(policy: &CorsPolicy, request: &Request) -> Headers {
    let origin = request.headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    let Some(origin) = origin.filter(|origin| policy.allows(origin)) else { return Headers::new() };
    let mut headers = policy.of_origin(origin);
    headers.push((ACCESS_CONTROL_EXPOSE_HEADERS, policy.exposed()));
    headers
}

fn is_one_of(known: &[&str], name: &str) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(name))
}
