//! The last step of every answer: negotiate a format, write the value or the framework's error in it, and put the
//! framework's headers around it (docs/spec/pbnb.md §9, §14).

use super::negotiation::{self, Negotiated};
use super::{Answer, Content, HttpError, Reply, Request, Settings};
use crate::codec::WriteError;
use crate::codec::untyped::{Entry, Untyped};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, EXPIRES, PRAGMA};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use std::sync::LazyLock;

/// The headers of an answer that has content and none of its own, as nearly every one: to copy them costs a third of what
/// it costs to add one after the other. The Content-Type is only in its place.
static USUAL: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = HeaderMap::new();
    forbid_caching(&mut headers);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers
});

pub(super) fn answer(request: &Request, reply: Reply, settings: &Settings) -> Answer {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = reply.status;
    *response.headers_mut() = headers(&reply);
    match reply.content {
        Content::Empty => return Answer { response, notes: Vec::new() },
        Content::Raw(content_type, body) => {
            response.headers_mut().insert(CONTENT_TYPE, content_type);
            *response.body_mut() = body;
            return Answer { response, notes: Vec::new() };
        }
        Content::Value(..) | Content::Error(_) => {}
    }
    let negotiated = negotiation::negotiate(request, settings.formatters);
    let body = match encode(&reply.content, &negotiated) {
        Ok(body) => body,
        Err(error) => {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            // This dictionary has plain texts under plain names, which every writer accepts.
            encode(&Content::Error(unwritable(&error, &negotiated, settings)), &negotiated).unwrap_or_default()
        }
    };
    response.headers_mut().insert(CONTENT_TYPE, content_type(&negotiated));
    *response.body_mut() = Bytes::from(body);
    Answer { response, notes: negotiated.notes }
}

/// All but the Content-Type, which is replaced or added later.
fn headers(reply: &Reply) -> HeaderMap {
    if reply.headers.is_empty() && !matches!(reply.content, Content::Empty) {
        return USUAL.clone();
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &reply.headers {
        // A value that no header can carry is left out: the answer itself must not fail over it.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name.clone(), value);
        }
    }
    if !headers.contains_key(CACHE_CONTROL) {
        forbid_caching(&mut headers);
    }
    headers
}

fn forbid_caching(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(EXPIRES, HeaderValue::from_static("-1"));
}

fn encode(content: &Content, negotiated: &Negotiated) -> Result<Vec<u8>, WriteError> {
    // Only formats with a writer are negotiated.
    let Some(writer) = &negotiated.codec.writer else { return Ok(Vec::new()) };
    match content {
        Content::Empty | Content::Raw(..) => Ok(Vec::new()),
        Content::Value(value, kind) => (writer.value)(value.written(), kind, negotiated.charset),
        Content::Error(error) => (writer.error)(&error.0, negotiated.charset),
    }
}

/// The 500 for a value that the serializer throws at, negotiated like any other answer (oracle: go-pbnb-8-xml).
fn unwritable(error: &WriteError, negotiated: &Negotiated, settings: &Settings) -> HttpError {
    let hidden = HttpError::message(super::model_state::HIDDEN);
    if !settings.error_detail {
        return hidden;
    }
    let text = format!(
        "The 'ObjectContent`1' type failed to serialize the response body for content type '{}; charset={}'.",
        negotiated.media_type,
        negotiated.charset.name(),
    );
    let inner: Untyped = HttpError::message(super::model_state::HIDDEN).0;
    let inner = inner.with("ExceptionMessage", Entry::Text(error.0.clone()));
    let outer = hidden.with_exception(text, "System.InvalidOperationException");
    HttpError(outer.0.with("InnerException", Entry::Nested(inner)))
}

/// The Content-Types of most answers, which need no memory of their own.
const JSON: &str = "application/json; charset=utf-8";
const XML: &str = "application/xml; charset=utf-8";

/// A text as a Content-Type.
#[must_use]
pub fn content_type_of(text: &[u8]) -> Option<HeaderValue> {
    let usual = [JSON, XML].into_iter().find(|usual| usual.as_bytes() == text);
    usual.map(HeaderValue::from_static).or_else(|| HeaderValue::from_bytes(text).ok())
}

fn content_type(negotiated: &Negotiated) -> HeaderValue {
    let charset = negotiated.charset.name();
    let known = match (negotiated.media_type, charset) {
        ("application/json", "utf-8") => Some(JSON),
        ("application/xml", "utf-8") => Some(XML),
        _ => None,
    };
    match known {
        Some(known) => HeaderValue::from_static(known),
        None => HeaderValue::from_str(&format!("{}; charset={charset}", negotiated.media_type))
            .unwrap_or(HeaderValue::from_static("application/octet-stream")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::MAX_DEPTH;
    use crate::contract::{Kind, Value};
    use crate::frameworks::webapi::{Formatter, InvalidModel};
    use http::header::{ALLOW, ETAG};
    use std::sync::Arc;

    fn answered(reply: Reply) -> Response<Bytes> {
        let request = Request {
            today: chrono::NaiveDate::default(),
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: None,
            origin: "http://localhost".to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        const XML: &[Formatter] = &[Formatter { codec: &crate::codec::DATA_CONTRACT_XML, media_types: &["text/xml"] }];
        let settings =
            Settings { formatters: XML, invalid_model: InvalidModel::Refuse, error_detail: false, depth: MAX_DEPTH };
        answer(&request, reply, &settings).response
    }

    #[test]
    fn every_answer_forbids_caching_unless_it_says_otherwise() {
        let plain = answered(Reply::empty(StatusCode::OK));
        for (name, value) in [(CACHE_CONTROL, "no-cache"), (PRAGMA, "no-cache"), (EXPIRES, "-1")] {
            assert_eq!(plain.headers().get(name).map(HeaderValue::as_bytes), Some(value.as_bytes()));
        }
        let cached = answered(Reply::empty(StatusCode::OK).header(CACHE_CONTROL, "max-age=1"));
        assert_eq!(cached.headers().get(CACHE_CONTROL).map(HeaderValue::as_bytes), Some(b"max-age=1".as_slice()));
        assert!(!cached.headers().contains_key(PRAGMA));
    }

    #[test]
    fn an_empty_answer_names_no_type_and_keeps_its_headers() {
        let reply = Reply::empty(StatusCode::NO_CONTENT).header(ALLOW, "GET").header(ETAG, "not\na header");
        let response = answered(reply);
        assert!(response.body().is_empty() && !response.headers().contains_key(CONTENT_TYPE));
        assert!(response.headers().contains_key(ALLOW) && !response.headers().contains_key(ETAG));
    }

    #[test]
    fn model_state_under_the_empty_key_is_a_500_in_xml() {
        let mut state = super::super::ModelState::default();
        state.add("", super::super::ModelError { message: "text".to_owned(), exception: false });
        let response = answered(Reply::error(StatusCode::BAD_REQUEST, HttpError::invalid(&state, false)));
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.body().as_ref(), b"<Error><Message>An error has occurred.</Message></Error>");
    }

    #[test]
    fn what_no_writer_takes_becomes_a_500_in_the_same_format() {
        let unwritable = Content::Value(Arc::new(Value::IllFormedText("\u{FFFD}".to_owned())), Kind::String);
        let response = answered(Reply { status: StatusCode::OK, headers: Vec::new(), content: unwritable });
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(
            response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes),
            Some(b"text/xml; charset=utf-8".as_slice())
        );
        assert_eq!(response.body().as_ref(), b"<Error><Message>An error has occurred.</Message></Error>");
    }
}
