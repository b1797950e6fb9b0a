//! Waiting for a condition, never for a time: a test that sleeps is slow on a fast machine and fails on a slow one.

use std::time::{Duration, Instant};

/// How long a condition may take. No test waits for it but one that fails.
const PATIENCE: Duration = Duration::from_secs(30);
const INTERVAL: Duration = Duration::from_millis(5);

/// Blocks until the condition holds; panics with `condition` if it does not within half a minute.
#[track_caller]
pub fn wait_until(condition: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "still not so after {PATIENCE:?}: {condition}");
        std::thread::sleep(INTERVAL);
    }
}

/// The same for a condition that is asked for asynchronously.
pub async fn wait_until_async(condition: &str, mut holds: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !holds().await {
        assert!(start.elapsed() < PATIENCE, "still not so after {PATIENCE:?}: {condition}");
        tokio::time::sleep(INTERVAL).await;
    }
}
