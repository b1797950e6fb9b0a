//! The only place that reads the time. A world's clock is real, shifted or frozen; every timestamp, token expiry
//! and rate limit of that world comes from it, so a test that freezes a world freezes all of them.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::contract::{DateTime, DateTimeKind, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};

/// A world's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// The machine's time.
    #[default]
    Real,
    /// The machine's time moved by this many ticks of 100 ns.
    Shifted(i64),
    /// Always this moment, in ticks of 100 ns since 0001-01-01.
    Frozen(i64),
}

impl Clock {
    /// A clock that shows `now` and stands still, or goes on from there.
    #[must_use]
    pub fn starting_at(now: DateTime, frozen: bool) -> Clock {
        if frozen { Clock::Frozen(now.ticks) } else { Clock::Shifted(now.ticks - machine_ticks()) }
    }

    /// The same clock moved forward (or back, when negative) by a number of ticks of 100 ns.
    #[must_use]
    pub fn advanced(self, ticks: i64) -> Clock {
        match self {
            Clock::Real => Clock::Shifted(ticks),
            Clock::Shifted(shift) => Clock::Shifted(shift.saturating_add(ticks)),
            Clock::Frozen(at) => Clock::Frozen(at.saturating_add(ticks).clamp(0, DateTime::MAX_TICKS)),
        }
    }

    /// Now, in UTC, to 100 ns.
    #[must_use]
    pub fn now(self) -> DateTime {
        let ticks = match self {
            Clock::Real => machine_ticks(),
            Clock::Shifted(shift) => machine_ticks().saturating_add(shift),
            Clock::Frozen(at) => at,
        };
        DateTime { ticks: ticks.clamp(0, DateTime::MAX_TICKS), kind: DateTimeKind::Utc }
    }
}

/// Not by a civil date, as every request asks for the time several times.
#[allow(clippy::disallowed_methods)]
fn machine_ticks() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    seconds
        .saturating_mul(TICKS_PER_SECOND)
        .saturating_add(i64::from(since.subsec_nanos() / 100))
        .saturating_add(UNIX_EPOCH_TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_stands_still_until_it_is_advanced() {
        let start = DateTime { ticks: 638_472_103_693_595_132, kind: DateTimeKind::Utc };
        let clock = Clock::starting_at(start, true);
        assert_eq!(clock.now(), start);
        assert_eq!(clock.advanced(10).now().ticks, start.ticks + 10);
        assert_eq!(
            clock.now().round_trip(),
            clock.now().civil().format("%Y-%m-%dT%H:%M:%S.%fZ").to_string().replace("00Z", "Z")
        );
    }

    #[test]
    fn a_shifted_clock_goes_on_from_where_it_was_set() {
        let start = DateTime { ticks: 1_000_000_000, kind: DateTimeKind::Utc };
        let clock = Clock::starting_at(start, false);
        let now = clock.now();
        assert!((start.ticks..start.ticks + 600_000_000).contains(&now.ticks), "{now:?}");
    }
}
