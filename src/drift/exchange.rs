//! One request and its answer, as a recording holds it.

use http::{HeaderMap, StatusCode};

/// A request with the answer that was recorded.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Its place among all that are compared, from 1: the number that reports show.
    pub number: usize,
    /// The request's method.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// The host and port that it was sent to.
    pub authority: String,
    /// Path and query, as they were sent.
    pub target: String,
    /// The request's headers: names in lower case.
    pub headers: Vec<(String, String)>,
    /// The request's body.
    pub body: Vec<u8>,
    /// The recorded answer.
    pub answer: Answer,
}

/// An answer: recorded, or the twin's own.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers: names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; `None` for one that the recorder dropped or cut.
    pub body: Option<Vec<u8>>,
    /// Whether the body went through a program that keeps text rather than bytes, so that a byte-order mark may be gone.
    pub as_text: bool,
}

impl Exchange {
    /// The path without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

impl Answer {
    /// An answer that just came.
    #[must_use]
    pub fn of(status: StatusCode, headers: &HeaderMap, body: Vec<u8>) -> Answer {
        let value = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect();
        let headers = headers.iter().map(|(name, text)| (name.as_str().to_owned(), value(text.as_bytes())));
        Answer { status: status.as_u16(), headers: headers.collect(), body: Some(body), as_text: false }
    }

    /// The values of a header, several joined by a comma.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> =
            self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The media type in lower case, without parameters.
    #[must_use]
    pub fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}
