//! File descriptors: each connection takes one, and a process gets few unless it asks. A server without free ones
//! could not open a database file either, so there are never more connections than descriptors allow.

use crate::config::Config;

/// Descriptors for everything but connections.
const SPARE: u64 = 1024;

/// Asks for as many descriptors as the connections may take, and allows fewer connections if there are fewer.
#[cfg(unix)]
pub(super) fn provide(config: &mut Config) {
    let wanted = SPARE.saturating_add(config.max_connections as u64);
    let Ok(had) = rlimit::increase_nofile_limit(wanted) else { return };
    let most = usize::try_from(had.saturating_sub(SPARE).max(had / 2)).unwrap_or(usize::MAX).max(1);
    if had < wanted && most < config.max_connections {
        let asked = config.max_connections;
        tracing::warn!(asked, most, descriptors = had, "fewer connections than --max-connections: see `ulimit -n`");
        config.max_connections = most;
    }
}

/// For systems that do not limit descriptors.
#[cfg(not(unix))]
pub(super) fn provide(_: &mut Config) {}
