//! What the head of a request asks for and nothing heeds: a compressed body, a preference, a browser's question. The real
//! services say nothing of these either, or no more than a status that does not name the cause.

use super::faults;
use crate::codec::{Advice, Note};
use crate::frameworks::cors::preflight;
use crate::frameworks::webapi::Request;
use bytes::Bytes;
use http::Response;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_ENCODING};

/// chosen: how many preferences of one request are noted.
const MOST_PREFERENCES: usize = 10;

/// Notes a compressed body and preferences that are not understood.
pub(super) fn note_request(request: &Request, notes: &mut Vec<Note>) {
    let headers = &request.headers;
    if !request.body.is_empty()
        && let Some(encoding) = headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok())
        && !encoding.trim().eq_ignore_ascii_case("identity")
    {
        let message = format!("Content-Encoding is {encoding}: the body is read as it came, nothing decompresses it.");
        notes.push(Note { code: Advice::BodyCompressed, message });
    }
    for preference in faults::not_understood(headers).take(MOST_PREFERENCES) {
        let message = format!("The preference '{preference}' is not understood and was ignored.");
        notes.push(Note { code: Advice::PreferUnknown, message });
    }
}

/// Notes a browser's preflight that was refused, as any other unknown method or by the policy, so that the browser sends
/// nothing.
pub(super) fn note_answer(request: &Request, response: &Response<Bytes>, notes: &mut Vec<Note>) {
    let Some((origin, method)) = preflight(&request.method, &request.headers) else { return };
    if !response.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        let message =
            format!("A browser asked whether it may send {method} from the origin {origin}, and was refused.");
        notes.push(Note { code: Advice::CorsPreflightRefused, message });
    }
}
