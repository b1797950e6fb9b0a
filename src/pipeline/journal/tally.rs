//! What `/metrics` counts: requests by API, operation and status, and how long they took. Bounded by the operation
//! tables and the statuses, never by what clients send.

use super::Entry;
use std::collections::BTreeMap;
use std::time::Duration;

/// Upper bounds of the duration buckets, in seconds.
pub const BOUNDS: [f64; 11] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

/// Counts since the server started.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Requests by API, operation and status; 0 stands for a connection cut before a status was sent.
    pub requests: BTreeMap<(&'static str, &'static str, u16), u64>,
    /// Durations by API.
    pub durations: BTreeMap<&'static str, Histogram>,
}

/// Durations in buckets.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    /// How many fell at or below each bound but above the one before.
    pub buckets: [u64; BOUNDS.len()],
    /// How many there were, those above every bound included.
    pub count: u64,
    /// How long they took together.
    pub sum: Duration,
}

impl Tally {
    pub(super) fn count(&mut self, entry: &Entry) {
        let (api, operation) = (entry.api.unwrap_or("none"), entry.operation.unwrap_or("none"));
        *self.requests.entry((api, operation, entry.status.unwrap_or(0))).or_default() += 1;
        let histogram = self.durations.entry(api).or_default();
        histogram.count += 1;
        histogram.sum += entry.duration;
        let seconds = entry.duration.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound);
        if let Some(bucket) = bucket.and_then(|place| histogram.buckets.get_mut(place)) {
            *bucket += 1;
        }
    }
}
