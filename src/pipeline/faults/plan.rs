//! The plan for one request: its injected faults, decided before it is served.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The injected faults of a request.
#[derive(Debug, Default)]
pub struct Plan {
    /// How long it is held back.
    pub delay: Duration,
    /// Its outcome.
    pub outcome: Outcome,
    /// The fault as the journal shows it.
    pub shown: Option<Arc<Value>>,
    /// The value of the answer's `Preference-Applied`.
    pub preferences: Option<HeaderValue>,
}

/// The outcome of a request.
#[derive(Debug, Default)]
pub enum Outcome {
    /// It is served as usual.
    #[default]
    Served,
    /// The API's own error.
    Refused {
        /// Its status.
        status: StatusCode,
        /// Seconds in `Retry-After`.
        retry_after: Option<u32>,
    },
    /// A canned answer, sent as it is.
    Canned(Response<Bytes>),
    /// It is served, and the connection is cut during the answer.
    Cut(Cut),
}

/// Where the connection is cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cut {
    /// Before a byte of the answer.
    BeforeResponse,
    /// After this part of the body, 0 to 1.
    After(f64),
}
