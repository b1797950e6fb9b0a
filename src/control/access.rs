//! Who may call the control API (docs/spec/control.md §5.5). The checks protect a server that can change everything:
//! the `Host` check against DNS rebinding, the origin check against other websites, the token against everybody else
//! who can reach the port.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::refusal::Refusal;
use super::{CALLS, assets};
use crate::apis::authentication::credentials;
use crate::config::Config;
use crate::pipeline::address::is_known_host;
use crate::pipeline::app::App;

/// Lets a request in or refuses it, and adds the CORS headers for origins that are listed.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let origin = match admitted(app.config(), &request) {
        Ok(origin) => origin,
        Err(refusal) => return refusal.into_response(),
    };
    let headers = request.headers();
    // A preflight carries no token, so it is answered before the token is checked; only listed origins get this far.
    let preflight = request.method() == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &origin {
        Some(_) if preflight => allowed(headers),
        _ if !presented(app.config(), &request) => {
            let detail = "This server requires its control token: send `Authorization: Bearer TOKEN`.";
            Refusal::new(StatusCode::UNAUTHORIZED, detail).into_response()
        }
        _ => next.run(request).await,
    };
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Location"));
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
    response
}

/// The listed origin of the request, unless it is our own.
fn admitted(config: &Config, request: &Request) -> Result<Option<HeaderValue>, Refusal> {
    let forbidden = |detail: String| Err(Refusal::new(StatusCode::FORBIDDEN, detail));
    let headers = request.headers();
    // A request line may contain an address, which takes precedence over `Host` in HTTP: then both must be known.
    let line = request.uri().authority().map(|authority| authority.as_str());
    let host = text(headers, HOST).or(line);
    let mut hosts = [Some(host.unwrap_or_default()), line].into_iter().flatten();
    if let Some(host) = hosts.find(|host| !is_known_host(host, &config.allowed_host)) {
        return forbidden(format!("The host '{host}' may not reach the control API; list it with --allowed-host."));
    }
    let Some(origin) = headers.get(ORIGIN) else {
        // Browsers omit `Origin` from a plain GET to another site, but these headers reveal it. Following a link to a
        // page is not reading it from a script; a frame also navigates, but unseen.
        let seen = text(headers, "sec-fetch-dest").is_none_or(|destination| destination == "document");
        let navigation = text(headers, "sec-fetch-mode") == Some("navigate") && seen && request.method() == Method::GET;
        return match text(headers, "sec-fetch-site") {
            Some("cross-site" | "same-site") if !navigation => {
                forbidden("Another website may not call the control API; list its origin with --allowed-origin.".into())
            }
            _ => Ok(None),
        };
    };
    let value = origin.to_str().unwrap_or_default();
    if value
        .split_once("://")
        .is_some_and(|(_, authority)| host.is_some_and(|host| host.eq_ignore_ascii_case(authority)))
    {
        return Ok(None);
    }
    if config.allowed_origin.iter().any(|known| known.trim_end_matches('/').eq_ignore_ascii_case(value)) {
        return Ok(Some(origin.clone()));
    }
    forbidden(format!("The origin '{value}' may not call the control API; list it with --allowed-origin."))
}

/// Whether the request carries the control token, or needs none.
fn presented(config: &Config, request: &Request) -> bool {
    let Some(token) = &config.control_token else { return true };
    let path = request.uri().path();
    if assets::holds(path) || CALLS.iter().any(|call| call.anonymous && call.is_at(path)) {
        return true;
    }
    let sent = credentials(request.headers(), "Bearer");
    sent.is_some_and(|sent| same(sent.trim().as_bytes(), token.as_bytes()))
}

/// Compares without stopping at the first difference, so that the time taken reveals nothing of the token but its
/// length.
fn same(given: &[u8], wanted: &[u8]) -> bool {
    let unequal = given.iter().zip(wanted).fold(0, |unequal, (a, b)| std::hint::black_box(unequal | (a ^ b)));
    given.len() == wanted.len() && unequal == 0
}

/// The answer to a preflight: it allows every method of the API, and the headers that were asked for.
fn allowed(headers: &HeaderMap) -> Response {
    let methods = HeaderValue::from_static("GET, POST, PUT, DELETE");
    let wanted = headers.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let wanted = wanted.unwrap_or_else(|| HeaderValue::from_static("authorization, content-type"));
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, methods),
        (ACCESS_CONTROL_ALLOW_HEADERS, wanted),
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn text(headers: &HeaderMap, name: impl http::header::AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_same_only_when_every_byte_is() {
        assert!(same(b"secret", b"secret"));
        for other in [&b"secreT"[..], b"secre", b"secrets", b""] {
            assert!(!same(other, b"secret"));
        }
    }
}
