//! Worlds that nobody uses: their files are closed after a while, and with `--world-idle` they are dropped. How long a
//! world was unused is told by the monotonic clock: a correction of the machine's time must not drop one.

use crate::pipeline::app::App;
use crate::store::{StoreError, WorldName};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How long a world is unused before its file is closed (chosen).
const OPEN_FOR: Duration = Duration::from_secs(5 * 60);
/// The longest pause between two looks at all worlds, and the shortest.
const PAUSES: (Duration, Duration) = (Duration::from_secs(15), Duration::from_millis(10));

impl App {
    /// Lets worlds rest or go that nobody uses, while it is polled.
    pub(crate) async fn tend_worlds(&self) {
        let patience = self.config().world_idle;
        let pause = (patience.unwrap_or(OPEN_FOR) / 8).clamp(PAUSES.1, PAUSES.0);
        // The last use of each world, and when it was first seen to be the last.
        let mut seen: HashMap<WorldName, (i64, Instant)> = HashMap::new();
        loop {
            sleep(pause).await;
            let now = Instant::now();
            let mut before = std::mem::take(&mut seen);
            for unused in self.store().uses() {
                let known = before.remove(&unused.world).filter(|(use_before, _)| *use_before == unused.since);
                let (_, first_seen) = *seen.entry(unused.world.clone()).or_insert(known.unwrap_or((unused.since, now)));
                let lasts = now.duration_since(first_seen);
                let outcome = if unused.may_go && patience.is_some_and(|patience| lasts >= patience) {
                    tracing::info!(world = %unused.world, "dropped, because nobody used it: see --world-idle");
                    self.let_go(&unused.world, unused.since).await
                } else if unused.is_open && lasts >= OPEN_FOR {
                    self.store().rest(&unused).await
                } else {
                    continue;
                };
                if let Err(error) = outcome
                    && !matches!(error, StoreError::NotFound(_))
                {
                    tracing::warn!(world = %unused.world, %error, "an unused world can be neither closed nor dropped");
                }
            }
        }
    }
}
