//! File descriptors: each connection takes one, each world with an open file a few, and a process gets few unless it asks.
//! A server without free ones could not open a database file either, so there are never more connections than
//! descriptors allow. Connections get three quarters of them; worlds take a quarter at most.

use crate::config::Config;

/// Descriptors for everything but connections and worlds.
#[cfg(unix)]
const SPARE: u64 = 32;
/// The fewest with which a server can answer at all.
#[cfg(unix)]
const FEWEST: u64 = 64;

/// Asks for as many descriptors as the connections may take, and allows fewer connections if there are fewer.
///
/// # Errors
/// A sentence when there are too few to serve at all.
#[cfg(unix)]
pub(super) fn provide(config: &mut Config) -> Result<(), String> {
    let wanted = (config.max_connections as u64).saturating_add(SPARE).saturating_mul(4).div_ceil(3).max(FEWEST);
    let Ok(had) = rlimit::increase_nofile_limit(wanted) else { return Ok(()) };
    if had < FEWEST {
        return Err(format!(
            "the system allows this process {had} open files, and a server needs at least {FEWEST}; raise the limit, e.g. \
             by `ulimit -n 1024`"
        ));
    }
    let most = usize::try_from((had / 4 * 3).saturating_sub(SPARE)).unwrap_or(usize::MAX).max(1);
    if had < wanted && most < config.max_connections {
        let asked = config.max_connections;
        tracing::warn!(asked, most, descriptors = had, "fewer connections than --max-connections: see `ulimit -n`");
        config.max_connections = most;
    }
    Ok(())
}

/// For systems that do not limit descriptors.
#[cfg(not(unix))]
pub(super) fn provide(_: &mut Config) -> Result<(), String> {
    Ok(())
}
