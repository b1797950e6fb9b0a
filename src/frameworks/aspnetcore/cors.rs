//! Cross-origin requests as `UseCors` of ASP.NET Core answers them: a middleware in front of routing.
//!
//! Quirk: every preflight is answered 204; one of an origin that is not allowed lacks the headers, and gets no reason.

use crate::frameworks::cors::{CorsPolicy, Headers, listed, preflight};
use crate::frameworks::webapi::{Reply, Request};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN, VARY,
};
use http::{HeaderName, StatusCode};

/// The answer to a preflight; nothing for any other request.
pub(crate) fn answer_preflight(policy: &CorsPolicy, request: &Request) -> Option<Reply> {
    let (origin, method) = preflight(&request.method, &request.headers)?;
    let mut headers = Headers::new();
    if !origin.is_empty() && policy.allows(origin) {
        headers = policy.of_origin(origin);
        let wanted: Vec<&str> = listed(&request.headers, &ACCESS_CONTROL_REQUEST_HEADERS).collect();
        if !wanted.is_empty() {
            headers.push((ACCESS_CONTROL_ALLOW_HEADERS, wanted.join(",")));
        }
        headers.push((ACCESS_CONTROL_ALLOW_METHODS, method.to_owned()));
        headers.extend(varies(policy));
    }
    let no_content = Reply::empty(StatusCode::NO_CONTENT);
    Some(headers.into_iter().fold(no_content, |reply, (name, value)| reply.header(name, value)))
}

/// The headers that the answer to a request from another origin has in addition.
pub(crate) fn headers(policy: &CorsPolicy, request: &Request) -> Headers {
    let origin = request.headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let allowed = origin.filter(|origin| !origin.is_empty() && policy.allows(origin));
    let Some(origin) = allowed else { return Headers::new() };
    let mut headers = policy.of_origin(origin);
    headers.push((ACCESS_CONTROL_EXPOSE_HEADERS, policy.exposed()));
    headers.extend(varies(policy));
    headers
}

/// Quirk: only a policy of several origins makes the answer vary.
fn varies(policy: &CorsPolicy) -> Option<(HeaderName, String)> {
    policy.origins.as_ref().filter(|origins| origins.len() > 1).map(|_| (VARY, "Origin".to_owned()))
}
