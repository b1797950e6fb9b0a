//! What is known of a world beside its content: where it came from, when it was made and when it was last used, all in
//! the machine's time, because a world's own clock may stand still. The last use is in memory only: a request must not
//! cost a write.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::contract::{DateTime, DateTimeKind};
use crate::model::clock::Clock;

/// Whether a world stays when nobody uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Until somebody drops it.
    Always,
    /// Until it was unused for the time of `--world-idle`.
    WhileUsed,
}

/// The history of a world.
#[derive(Debug)]
pub(super) struct History {
    /// What it was last made a copy of; `None` when nobody knows.
    pub(super) from: Option<String>,
    /// In ticks; `None` when nobody knows.
    pub(super) created_at: Option<i64>,
    pub(super) keep: Keep,
    /// In ticks; 0 for never since the start.
    last_used: AtomicI64,
}

impl History {
    /// Of a world that is made now as a copy of another, or of the seed.
    pub(super) fn begins(from: Option<&str>, keep: Keep) -> Arc<History> {
        let now = Clock::Real.now().ticks;
        let from = Some(from.unwrap_or("seed").to_owned());
        Arc::new(History { from, created_at: Some(now), keep, last_used: AtomicI64::new(now) })
    }

    /// Of a world that was listed before the start.
    pub(super) fn listed(from: Option<String>, created_at: Option<i64>, keep: Keep) -> Arc<History> {
        Arc::new(History { from, created_at, keep, last_used: AtomicI64::new(0) })
    }

    /// Of the same world after a reset to another, or to the seed.
    pub(super) fn resumed(&self, from: Option<&str>) -> Arc<History> {
        let again = History::begins(from, self.keep);
        Arc::new(History {
            created_at: self.created_at,
            from: again.from.clone(),
            keep: self.keep,
            last_used: AtomicI64::new(again.last_used()),
        })
    }

    /// Notes a use.
    pub(super) fn is_used(&self) {
        self.last_used.store(Clock::Real.now().ticks, Ordering::Relaxed);
    }

    /// The last use, in ticks.
    pub(super) fn last_used(&self) -> i64 {
        self.last_used.load(Ordering::Relaxed)
    }
}

/// Ticks as a time; none for 0.
pub(super) fn time(ticks: i64) -> Option<DateTime> {
    (ticks > 0).then_some(DateTime { ticks, kind: DateTimeKind::Utc })
}
