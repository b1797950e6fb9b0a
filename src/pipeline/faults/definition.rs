//! A fault as a test writes it, and what is wrong with one that makes no sense.

use super::bucket::RateLimit;
use super::plan::{Cut, Outcome};
use crate::pipeline::journal::Match;
use crate::pipeline::journal::object::{object, some_object};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The longest delay, in milliseconds: a longer wait tests nothing more.
pub const LONGEST_DELAY: u64 = 600_000;

/// A fault.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Its name in the journal.
    #[serde(default)]
    pub name: Option<String>,
    /// Which requests it concerns.
    #[serde(default, rename = "match", deserialize_with = "object")]
    pub wanted: Match,
    /// How many matching requests it lets pass first.
    #[serde(default)]
    pub skip: u32,
    /// How often it applies; always when absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// How probable it is for each request, 0 to 1.
    #[serde(default = "certain")]
    pub probability: f64,
    /// Its effect.
    #[serde(deserialize_with = "object")]
    pub effect: Effect,
}

impl Definition {
    /// Bytes of its texts.
    pub(super) fn size(&self) -> usize {
        let Match { api, operation, method, path, body_contains, .. } = &self.wanted;
        let matched = [api, operation, method, path, body_contains];
        let own = [&self.name, &self.effect.body, &self.effect.content_type];
        matched.into_iter().chain(own).flatten().map(String::len).sum()
    }
}

fn certain() -> f64 {
    1.0
}

/// The effect of a fault: one outcome, a delay, or both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Effect {
    /// The status of an error in the API's own format; with a body, the status of the canned answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Seconds in `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// How long the answer is held back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<Delay>,
    /// The connection is cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disconnect: Option<Disconnect>,
    /// The part of the body that is sent before the connection is cut, at least 0 and less than 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncate_body: Option<f64>,
    /// The API's 429 for every request above this limit.
    #[serde(default, deserialize_with = "some_object", skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    /// A canned answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Its media type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

/// A delay in milliseconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Delay {
    /// The same for every request.
    Fixed(u64),
    /// A random one between two bounds.
    Between(#[serde(deserialize_with = "object")] Bounds),
}

/// The bounds of a random delay, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Bounds {
    /// The shortest.
    min: u64,
    /// The longest.
    max: u64,
}

/// Where the connection is cut. The request has been carried out by then; only the answer is lost (chosen).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Disconnect {
    /// Before a byte of the answer.
    BeforeResponse,
    /// In the middle of its body.
    MidBody,
}

impl Definition {
    /// Checks that the fault makes sense.
    ///
    /// # Errors
    /// A sentence about what does not.
    pub fn check(&self) -> Result<(), String> {
        if self.wanted.status.is_some() {
            return Err("'match.status' has no place in a fault, which is chosen before there is a status.".to_owned());
        }
        if !(0.0..=1.0).contains(&self.probability) {
            return Err("'probability' must be from 0 to 1.".to_owned());
        }
        self.effect.check()
    }
}

impl Effect {
    fn check(&self) -> Result<(), String> {
        let canned = self.body.is_some();
        let outcomes = [
            canned || self.status.is_some(),
            self.disconnect.is_some(),
            self.truncate_body.is_some(),
            self.rate_limit.is_some(),
        ];
        match outcomes.iter().filter(|there| **there).count() {
            0 if self.delay_ms.is_none() => return Err("'effect' has no effect.".to_owned()),
            0 | 1 => {}
            _ => return Err("'effect' has two outcomes; a fault has one, and optionally a delay.".to_owned()),
        }
        let lowest = if canned { 200 } else { 400 };
        if self.status.is_some_and(|status| !(lowest..=599).contains(&status)) {
            return Err(format!("'effect.status' must be from {lowest} to 599."));
        }
        if self.retry_after.is_some() && self.status.is_none() {
            return Err("'effect.retryAfter' belongs to a status.".to_owned());
        }
        if self.content_type.is_some() && !canned {
            return Err("'effect.contentType' belongs to a body.".to_owned());
        }
        if self.content_type.as_deref().is_some_and(|text| HeaderValue::from_str(text).is_err()) {
            return Err("'effect.contentType' cannot be sent in a header.".to_owned());
        }
        if self.truncate_body.is_some_and(|part| !(0.0..1.0).contains(&part)) {
            return Err("'effect.truncateBody' must be at least 0 and less than 1.".to_owned());
        }
        if self.rate_limit.is_some_and(|limit| limit.requests == 0 || limit.per_seconds == 0) {
            return Err("'effect.rateLimit' must allow at least one request in at least one second.".to_owned());
        }
        match self.delay_ms {
            Some(Delay::Between(Bounds { min, max })) if min > max => {
                Err("'effect.delayMs' has a min above its max.".to_owned())
            }
            Some(Delay::Between(Bounds { max: longest, .. }) | Delay::Fixed(longest)) if longest > LONGEST_DELAY => {
                Err(format!("'effect.delayMs' must be at most {LONGEST_DELAY}."))
            }
            _ => Ok(()),
        }
    }

    /// How long the answer is held back; `fraction` gives a number from 0 to 1 when chance decides.
    pub(super) fn delay(&self, fraction: impl FnOnce() -> f64) -> Duration {
        match self.delay_ms {
            None => Duration::ZERO,
            Some(Delay::Fixed(milliseconds)) => Duration::from_millis(milliseconds),
            Some(Delay::Between(Bounds { min, max })) => {
                Duration::from_millis(min) + Duration::from_millis(max.saturating_sub(min)).mul_f64(fraction())
            }
        }
    }

    /// The outcome for the request; `wait` is the number of seconds that a rate limit asks for.
    pub(super) fn outcome(&self, wait: Option<u32>) -> Outcome {
        let status = |status: Option<u16>| status.and_then(|status| StatusCode::from_u16(status).ok());
        if let Some(body) = &self.body {
            return Outcome::Canned(self.canned(status(self.status).unwrap_or(StatusCode::OK), body));
        }
        if let Some(status) = status(self.status) {
            return Outcome::Refused { status, retry_after: self.retry_after };
        }
        match (self.disconnect, self.truncate_body, wait) {
            (Some(Disconnect::BeforeResponse), ..) => Outcome::Cut(Cut::BeforeResponse),
            (Some(Disconnect::MidBody), ..) => Outcome::Cut(Cut::After(0.5)),
            (None, Some(part), _) => Outcome::Cut(Cut::After(part)),
            (None, None, Some(wait)) => {
                Outcome::Refused { status: StatusCode::TOO_MANY_REQUESTS, retry_after: Some(wait) }
            }
            (None, None, None) => Outcome::Served,
        }
    }

    fn canned(&self, status: StatusCode, body: &str) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(body.to_owned()));
        *response.status_mut() = status;
        let content_type = self.content_type.as_deref().and_then(|text| HeaderValue::from_str(text).ok());
        for (name, value) in [(CONTENT_TYPE, content_type), (RETRY_AFTER, self.retry_after.map(HeaderValue::from))] {
            if let Some(value) = value {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
