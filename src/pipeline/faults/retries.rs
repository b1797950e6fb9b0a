//! Which requests were asked to wait, and until when, so that one that comes back too early gets advice.

use crate::contract::{DateTime, TICKS_PER_SECOND};
use crate::pipeline::journal::RequestView;
use std::collections::HashMap;

/// Waits that a world remembers.
const MAX_WAITS: usize = 1000;

/// The end of each wait in ticks, by API and address; a 429 concerns the whole API.
#[derive(Debug, Default)]
pub(super) struct Retries(HashMap<String, i64>);

impl Retries {
    pub(super) fn wait(&mut self, view: &RequestView<'_>, whole_api: bool, now: DateTime, seconds: i64) {
        if self.0.len() >= MAX_WAITS {
            self.0.retain(|_, until| *until > now.ticks);
        }
        if self.0.len() < MAX_WAITS {
            let key = if whole_api { api(view) } else { address(view) };
            self.0.insert(key, now.ticks.saturating_add(seconds.saturating_mul(TICKS_PER_SECOND)));
        }
    }

    /// The seconds, rounded up, by which a request came too early.
    pub(super) fn too_early(&self, view: &RequestView<'_>, now: DateTime) -> Option<i64> {
        if self.0.is_empty() {
            return None;
        }
        let until = self.0.get(&address(view)).max(self.0.get(&api(view)))?;
        let left = until.saturating_sub(now.ticks);
        (left > 0).then(|| (left - 1) / TICKS_PER_SECOND + 1)
    }
}

fn api(view: &RequestView<'_>) -> String {
    view.api.unwrap_or_default().to_owned()
}

fn address(view: &RequestView<'_>) -> String {
    format!("{} {} {}", view.api.unwrap_or_default(), view.method, view.path)
}
