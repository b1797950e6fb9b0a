//! Writing the log of a world's file back into the file. SQLite would do it in the commit that fills the log, with the
//! request of that commit and all behind it waiting for the disk; here a thread and a connection of their own do nearly
//! all of it while requests go on. Only pages that are written meanwhile are left, for a moment in which no request has
//! the world; then the log can start again from its beginning.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use tokio::runtime::Handle;

use super::database::open_file;
use super::{Live, StoreError, group, on_blocking_thread, rows};

/// The number of changed rows, of a page or two each, between two write-backs. A page that was changed often is written
/// once, and a start after a kill still reads a log of that length in a fraction of a second.
const ROWS_UNTIL_DUE: u64 = 40_000;
/// A number of pages that is small enough to write back while requests wait.
const FEW_PAGES: i64 = 500;
/// The largest number of attempts to come down to [`FEW_PAGES`].
const MOST_ROUNDS: usize = 4;

/// The log of a world's file.
pub(super) struct Log {
    file: PathBuf,
    /// The number of rows that had been changed when it was last written back; `None` while it is being written back.
    written_back_at: Option<u64>,
}

impl Log {
    /// The log of a file that has just been opened, which is short.
    pub(super) fn new(file: &Path, changed: u64) -> Log {
        Log { file: file.to_owned(), written_back_at: Some(changed) }
    }

    /// The file, once there is enough to write back. The caller that gets it does so; no other gets it until then.
    pub(super) fn due(&mut self, changed: u64) -> Option<&Path> {
        if changed < self.written_back_at? + ROWS_UNTIL_DUE {
            return None;
        }
        self.written_back_at = None;
        Some(&self.file)
    }

    /// Notes that it was written back.
    pub(super) fn written_back(&mut self, changed: u64) {
        self.written_back_at = Some(changed);
    }
}

/// Writes back the log of the file at `path`, which serves a world, in the background.
pub(super) fn start(path: &Path, live: &Arc<Live>) {
    // Without a runtime the log is written back by SQLite itself, later.
    let Ok(runtime) = Handle::try_current() else { return };
    let (path, live) = (path.to_owned(), Arc::clone(live));
    drop(runtime.spawn(async move {
        if let Err(error) = on_blocking_thread(move || write_back_most(&path)).await {
            // The world was dropped, or the disk is full, which the next commit reports.
            tracing::debug!(error = StoreError::with_causes(&error), "a log was not written back");
        }
        // Threads for blocking work are few; none of them may wait for a world whose holder needs one.
        let mut database = Arc::clone(&live.database).lock_owned().await;
        let rest = on_blocking_thread(move || {
            group::settle(&live, &mut database);
            // The rest is written back also if the work before has failed: the next commit must not find more of it.
            let _ = checkpoint(database.connection());
            database.log_written_back();
            Ok(())
        });
        // A panic leaves the log to SQLite.
        let _ = rest.await;
    }));
}

/// Writes back all but a few pages while requests go on.
fn write_back_most(path: &Path) -> Result<(), StoreError> {
    let connection = open_file(path, OpenFlags::empty())?;
    let mut before = 0;
    for _ in 0..MOST_ROUNDS {
        let written = checkpoint(&connection)?;
        if written - before < FEW_PAGES {
            break;
        }
        before = written;
    }
    Ok(())
}

/// Writes back the log as far as possible; returns the number of its pages that are written back in all.
fn checkpoint(connection: &Connection) -> Result<i64, StoreError> {
    let pages = rows::one(connection, "pragma wal_checkpoint(passive)", [], |columns| {
        columns.skip(2)?;
        columns.next::<i64>()
    })?;
    Ok(pages.unwrap_or_default())
}
