//! A token bucket on a world's clock: as many requests at once as the limit allows, and as many again over its period.

use crate::contract::DateTime;
use crate::contract::TICKS_PER_SECOND;
use serde::{Deserialize, Serialize};

/// A limit.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RateLimit {
    /// Requests that may arrive at once.
    pub requests: u32,
    /// Seconds after which as many may arrive again.
    pub per_seconds: u32,
}

/// The requests that may still arrive, in whole numbers: a client that waits exactly as long as asked must be let in.
#[derive(Debug)]
pub(super) struct Bucket {
    limit: RateLimit,
    /// Grows by the limit's requests with each tick; a request costs the ticks of its period.
    credit: i128,
    /// The moment at which `credit` was right, in ticks.
    at: Option<i64>,
}

impl Bucket {
    pub(super) fn full(limit: RateLimit) -> Bucket {
        Bucket { limit, credit: i128::from(limit.requests) * limit.period(), at: None }
    }

    /// `None` when the request may pass, else the seconds after which the next one may.
    pub(super) fn take(&mut self, now: DateTime) -> Option<u32> {
        let (requests, period) = (i128::from(self.limit.requests), self.limit.period());
        // A clock that was set back refills nothing.
        let passed = now.ticks.saturating_sub(self.at.unwrap_or(now.ticks)).max(0);
        self.at = Some(now.ticks);
        self.credit = (self.credit + i128::from(passed) * requests).min(requests * period);
        if self.credit >= period {
            self.credit -= period;
            return None;
        }
        let per_second = requests * i128::from(TICKS_PER_SECOND);
        let seconds = (period - self.credit + per_second - 1) / per_second;
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}

impl RateLimit {
    fn period(self) -> i128 {
        i128::from(self.per_seconds) * i128::from(TICKS_PER_SECOND)
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
