//! Writing the log of a world's file back into the file. SQLite would do it in the commit that fills the log, with the
//! request of that commit and all behind it waiting for the disk; here a thread and a connection of their own do
//! nearly all of it while requests go on. Only what is written meanwhile is left, for a moment in which nobody writes,
//! and that is when the log can start again from its beginning.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::database::{Database, open_file};
use super::{StoreError, rows};

/// Rows that are changed until it is worth while: a page or two each. A page that was changed often is written once, and
/// a start after a kill still reads a log of that length in a fraction of a second.
const DUE: u64 = 40_000;
/// Pages that are few enough to write back while nobody else may write.
const FEW: i64 = 500;
/// Attempts to come down to so few.
const ROUNDS: usize = 4;

/// The log of a world's file.
pub(super) struct Log {
    file: PathBuf,
    /// Rows that had been changed when it was last written back; `None` while that is going on.
    written_back_at: Option<u64>,
}

impl Log {
    /// The log of a file, as short as it is when the file is opened.
    pub(super) fn of(file: &Path, changed: u64) -> Log {
        Log { file: file.to_owned(), written_back_at: Some(changed) }
    }

    /// The file, once there is enough to write back. Whoever gets it does so, and nobody else until then.
    pub(super) fn due(&mut self, changed: u64) -> Option<&Path> {
        if changed < self.written_back_at? + DUE {
            return None;
        }
        self.written_back_at = None;
        Some(&self.file)
    }

    /// It was written back.
    pub(super) fn written_back(&mut self, changed: u64) {
        self.written_back_at = Some(changed);
    }
}

/// Writes back what is in the log of the file at `path`, in the background; `database` is the connection of whoever
/// serves the world.
pub(super) fn start(path: &Path, database: &Arc<Mutex<Database>>) {
    // Without a runtime the log is written back by SQLite itself, later.
    let Ok(runtime) = Handle::try_current() else { return };
    let (path, database) = (path.to_owned(), Arc::clone(database));
    drop(runtime.spawn_blocking(move || {
        if let Err(error) = while_requests_go_on(&path) {
            // The world was dropped, or the disk is full: then commits tell.
            tracing::debug!(error = StoreError::with_causes(&error), "a log was not written back");
        }
        let mut database = database.blocking_lock();
        // What is left goes also when the work before has failed: the next commit must not find more of it.
        let _ = written_back(database.connection());
        database.wrote_back();
    }));
}

fn while_requests_go_on(path: &Path) -> Result<(), StoreError> {
    let connection = open_file(path, OpenFlags::empty())?;
    let mut before = 0;
    for _ in 0..ROUNDS {
        let written = written_back(&connection)?;
        if written - before < FEW {
            break;
        }
        before = written;
    }
    Ok(())
}

/// Writes back what is there, and says how many pages of the log are written back in all.
fn written_back(connection: &Connection) -> Result<i64, StoreError> {
    let pages = rows::one(connection, "pragma wal_checkpoint(passive)", [], |columns| {
        columns.skip(2)?;
        columns.next::<i64>()
    })?;
    Ok(pages.unwrap_or_default())
}
