//! Who was asked to wait, and until when, so that a client which comes back too early can be told.

use crate::contract::{DateTime, TICKS_PER_SECOND};
use crate::pipeline::journal::Seen;
use std::collections::HashMap;

/// Addresses that are remembered in a world.
const MOST: usize = 1000;

/// The end of each wait in ticks, by API and address; a 429 concerns the whole API.
#[derive(Debug, Default)]
pub(super) struct Retries(HashMap<String, i64>);

impl Retries {
    pub(super) fn wait(&mut self, seen: &Seen<'_>, whole_api: bool, now: DateTime, seconds: i64) {
        if self.0.len() >= MOST {
            self.0.retain(|_, until| *until > now.ticks);
        }
        if self.0.len() < MOST {
            let key = if whole_api { api(seen) } else { address(seen) };
            self.0.insert(key, now.ticks.saturating_add(seconds.saturating_mul(TICKS_PER_SECOND)));
        }
    }

    /// The seconds, rounded up, by which a request came too early.
    pub(super) fn too_early(&self, seen: &Seen<'_>, now: DateTime) -> Option<i64> {
        if self.0.is_empty() {
            return None;
        }
        let until = self.0.get(&address(seen)).max(self.0.get(&api(seen)))?;
        let left = until.saturating_sub(now.ticks);
        (left > 0).then(|| (left - 1) / TICKS_PER_SECOND + 1)
    }
}

fn api(seen: &Seen<'_>) -> String {
    seen.api.unwrap_or_default().to_owned()
}

fn address(seen: &Seen<'_>) -> String {
    format!("{} {} {}", seen.api.unwrap_or_default(), seen.method, seen.path)
}
