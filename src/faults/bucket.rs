//! A token bucket on a world's clock: as many requests at once as the limit says, and as many again over its period.

use crate::contract::DateTime;
use crate::contract::TICKS_PER_SECOND;
use serde::{Deserialize, Serialize};

/// A limit.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RateLimit {
    /// Requests that may come at once.
    pub requests: u32,
    /// Seconds after which as many may come again.
    pub per_seconds: u32,
}

/// The requests that may still come.
#[derive(Debug)]
pub(super) struct Bucket {
    limit: RateLimit,
    tokens: f64,
    /// The moment `tokens` is right for, in ticks.
    at: Option<i64>,
}

impl Bucket {
    pub(super) fn full(limit: RateLimit) -> Bucket {
        Bucket { limit, tokens: f64::from(limit.requests), at: None }
    }

    /// `None` when the request may come, else the seconds after which the next one may.
    pub(super) fn take(&mut self, now: DateTime) -> Option<u32> {
        let per_second = f64::from(self.limit.requests) / f64::from(self.limit.per_seconds);
        // A clock that was put back refills nothing.
        let passed = now.ticks.saturating_sub(self.at.unwrap_or(now.ticks)).max(0);
        self.at = Some(now.ticks);
        let refilled = passed as f64 / TICKS_PER_SECOND as f64 * per_second;
        self.tokens = (self.tokens + refilled).min(f64::from(self.limit.requests));
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return None;
        }
        Some(((1.0 - self.tokens) / per_second).ceil().max(1.0) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::DateTimeKind;

    #[test]
    fn a_bucket_refills_with_the_clock_and_never_above_its_limit() {
        let at = |second: i64| DateTime { ticks: (1000 + second) * TICKS_PER_SECOND, kind: DateTimeKind::Utc };
        let mut bucket = Bucket::full(RateLimit { requests: 2, per_seconds: 60 });
        assert_eq!([bucket.take(at(0)), bucket.take(at(0)), bucket.take(at(0))], [None, None, Some(30)]);
        assert_eq!([bucket.take(at(10)), bucket.take(at(-50)), bucket.take(at(-30))], [Some(20), Some(20), None]);
        assert_eq!([bucket.take(at(900)), bucket.take(at(900)), bucket.take(at(900))], [None, None, Some(30)]);
    }
}
