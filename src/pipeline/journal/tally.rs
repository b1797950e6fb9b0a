//! The counts behind `/metrics`: requests by API, operation and status, and how long they took. Their number is bounded
//! by the operation tables and the statuses, whatever clients send.

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
    /// How many were at or below each bound but above the one before.
    pub buckets: [u64; BOUNDS.len()],
    /// How many there were, including those above every bound.
    pub count: u64,
    /// The sum of all durations.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(duration: Duration) -> Entry {
        let mut entry = Entry::of_length(0);
        (entry.api, entry.operation, entry.status) = (Some("pbnb"), Some("getUser"), Some(200));
        entry.duration = duration;
        entry
    }

    #[test]
    fn a_duration_on_a_bound_belongs_to_the_bucket_below_it() {
        let mut tally = Tally::default();
        for (index, bound) in BOUNDS.iter().enumerate() {
            let on_it = Duration::from_secs_f64(*bound);
            tally.count(&entry(on_it));
            assert_eq!(tally.durations["pbnb"].buckets[index], 1, "{on_it:?}");
        }
        tally.count(&entry(Duration::from_micros(501)));
        assert_eq!(tally.durations["pbnb"].buckets[..3], [1, 2, 1]);
    }

    #[test]
    fn a_duration_beyond_all_bounds_counts_in_no_bucket() {
        let mut tally = Tally::default();
        tally.count(&entry(Duration::from_secs(6)));
        let histogram = &tally.durations["pbnb"];
        assert_eq!((histogram.buckets, histogram.count, histogram.sum), ([0; 11], 1, Duration::from_secs(6)));
        assert_eq!(tally.requests[&("pbnb", "getUser", 200)], 1);
    }
}
