//! A reply as a value, and its bytes: compact JSON as Json.NET writes it, apostrophes and non-ASCII letters raw.

use super::Refusal;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;

/// A status, headers and perhaps JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Headers beside Content-Type and Content-Length.
    pub headers: Vec<(HeaderName, String)>,
    /// Compact JSON; `None` sends neither body nor Content-Type.
    pub json: Option<String>,
}

impl Reply {
    /// A status without content.
    #[must_use]
    pub fn empty(status: StatusCode) -> Reply {
        Reply { status, headers: Vec::new(), json: None }
    }

    /// A status with a value as JSON, members in declaration order. A value that JSON cannot say gives an empty 500.
    #[must_use]
    pub fn json(status: StatusCode, value: &impl Serialize) -> Reply {
        match serde_json::to_string(value) {
            Ok(text) => Reply { status, headers: Vec::new(), json: Some(text) },
            Err(error) => {
                tracing::error!(%error, "a reply could not be written");
                Reply::empty(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    /// The bytes for the wire.
    #[must_use]
    pub fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            // A value with control characters cannot be sent; the server leaves such a header out, too.
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                response.headers_mut().append(name, value);
            }
        }
        if let Some(json) = self.json {
            let media_type = HeaderValue::from_static("application/json; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, media_type);
            *response.body_mut() = Bytes::from(json);
        }
        response
    }
}

impl std::convert::From<&Refusal> for Reply {
    /// The refusal without any envelope: its status, and the header that goes with it.
    fn from(refusal: &Refusal) -> Reply {
        let reply = Reply::empty(refusal.status());
        match refusal {
            Refusal::MethodNotAllowed { allow } => reply.header(header::ALLOW, allow),
            Refusal::Unauthorized { challenge } => reply.header(header::WWW_AUTHENTICATE, challenge),
            _ => reply,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_apostrophes_and_letters_raw() {
        let reply = Reply::json(StatusCode::BAD_REQUEST, &serde_json::json!({"error": 400, "message": "it's é <b>"}));
        let response = reply.into_response();
        assert_eq!(response.body(), "{\"error\":400,\"message\":\"it's é <b>\"}");
        assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), "application/json; charset=utf-8");
    }

    #[test]
    fn bare_refusals_have_their_header_and_no_content_type() {
        let refusal = Refusal::MethodNotAllowed { allow: "GET, POST".to_owned() };
        let response = Reply::from(&refusal).into_response();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers().get(header::ALLOW).unwrap(), "GET, POST");
        assert_eq!(response.headers().get(header::CONTENT_TYPE), None);
        assert!(response.body().is_empty());
    }
}
