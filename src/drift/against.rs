//! The other question: whether the real service still answers as it was recorded. Only reads are sent, slowly, and nothing
//! of the recording's credentials: they belong to whoever recorded it, and the service may be another.

use super::exchange::{Answer, Exchange};
use super::har::Recording;
use super::replay::{Outcome, Walk};
use crate::apis::Apis;
use crate::codec::mask::MASK;
use crate::upstream::Upstream;
use axum::body::Body;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::{Method, Request};
use http_body_util::{BodyExt, Limited};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// The recorded headers that are sent: what decides about the form of an answer, and nothing that names anybody.
const SENT: [&str; 6] =
    ["accept", "accept-charset", "accept-language", "content-type", "x-ms-version", "x-requested-with"];

/// chosen: the longest answer that is read.
const LONGEST: usize = 64 * 1024 * 1024;

/// How a service is asked.
#[derive(Debug)]
pub struct Asking {
    /// The service.
    pub service: Upstream,
    /// The value of `Authorization`; never printed.
    pub authorization: Option<HeaderValue>,
    /// Requests in a second.
    pub rate: u16,
}

/// Sends the reads of a recording to a service and compares its answers with those recorded.
///
/// # Errors
/// A sentence about a service that cannot be asked.
pub async fn against(apis: &Apis, recording: &Recording, asking: &Asking) -> Result<Outcome, String> {
    let mut walk = Walk::new(apis, recording);
    let mut pace = interval(Duration::from_secs(1) / u32::from(asking.rate.max(1)));
    // Time that an answer took is no reason to hurry afterwards.
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for exchange in &recording.exchanges {
        let Some(route) = walk.route(exchange) else { continue };
        let request = match to_service(exchange, asking) {
            Ok(request) => request,
            Err(reason) => {
                walk.leave_out(exchange, &reason);
                continue;
            }
        };
        pace.tick().await;
        let (head, body) = asking.service.send(request).await?.into_parts();
        let body = Limited::new(body, LONGEST).collect().await;
        let body = body.map_err(|_| format!("{}: an answer did not arrive whole", asking.service.base()))?;
        if head.status.as_u16() == 429 {
            walk.leave_out(exchange, "was refused with 429: the service asks for a lower --rate");
            continue;
        }
        walk.compare(exchange, &route, &Answer::of(head.status, &head.headers, body.to_bytes().to_vec()));
    }
    Ok(walk.finished())
}

/// The request, or why it is not sent.
fn to_service(exchange: &Exchange, asking: &Asking) -> Result<Request<Body>, String> {
    let method = match exchange.method.as_str() {
        "GET" => Method::GET,
        "HEAD" => Method::HEAD,
        _ => return Err("is no read: only GET and HEAD are sent to a real service".to_owned()),
    };
    if exchange.target.contains(MASK) {
        return Err("has an address of which a part was masked".to_owned());
    }
    let mut request = Request::builder().method(method).uri(&exchange.target);
    for (name, value) in exchange.headers.iter().filter(|(name, _)| SENT.contains(&name.as_str())) {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            request = request.header(name, value);
        }
    }
    // Who was refused without credentials is to be refused again.
    let had_some = exchange.headers.iter().any(|(name, _)| super::har::CREDENTIALS.contains(&name.as_str()));
    if let Some(authorization) = asking.authorization.as_ref().filter(|_| had_some) {
        request = request.header(AUTHORIZATION, authorization);
    }
    request.body(Body::empty()).map_err(|error| format!("cannot be sent: {error}"))
}
