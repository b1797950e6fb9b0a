//! A durable database as it is read beside a server, or on a disk that cannot be written to: the files are left as they
//! are, and a world is copied into memory, where one of an earlier version is brought up to date.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::StoreError;
use super::catalogue::{Listed, VERSIONS, file_of, folder_of};
use super::database::{PATIENCE, Place};
use super::history::{History, Keep};
use super::mark::{self, Origin};

/// The worlds that a list names.
///
/// # Errors
/// Faults of the database; [`StoreError::Unreadable`] when another program or a later version wrote it.
pub(super) fn worlds(file: &Path) -> Result<Vec<Listed>, StoreError> {
    let fault = |error| StoreError::at(file.to_str(), error);
    if mark::of_list(file) == Origin::Foreign {
        return Err(StoreError::Unreadable("list of worlds"));
    }
    let folder = folder_of(file)?;
    let list = mark::open_to_look(file).map_err(fault)?;
    list.busy_timeout(PATIENCE).map_err(fault)?;
    let version = list.query_row("select max(version) from _sqlx_migrations", [], |row| row.get::<_, Option<i64>>(0));
    if version.map_err(fault)?.is_none_or(|version| !VERSIONS.contains(&version)) {
        return Err(StoreError::Unreadable("list of worlds"));
    }
    let mut names = list.prepare("select name, id from world").map_err(fault)?;
    let listed = names.query_map([], |row| {
        let place = Place::Copy(file_of(&folder, row.get(1)?));
        Ok(Listed { name: row.get(0)?, place, history: History::listed(None, None, Keep::Always) })
    });
    listed.and_then(Iterator::collect).map_err(fault)
}

/// A copy of a world's file in memory.
///
/// # Errors
/// Faults of the database.
pub(super) fn in_memory(path: &Path) -> Result<Connection, StoreError> {
    let fault = |error| StoreError::at(path.to_str(), error);
    if fs::metadata(path).is_ok_and(|file| file.len() == 0) {
        return Err(StoreError::File(path.display().to_string(), "the file is empty".into()));
    }
    let source = mark::open_to_look(path).map_err(fault)?;
    source.busy_timeout(PATIENCE).map_err(fault)?;
    if !matches!(mark::of_world(&source).map_err(fault)?, Origin::Marked | Origin::Earlier) {
        return Err(StoreError::File(path.display().to_string(), "the file is not a world of this program".into()));
    }
    let mut copy = Connection::open_in_memory()?;
    Backup::new(&source, &mut copy)?.run_to_completion(i32::MAX, Duration::ZERO, None).map_err(fault)?;
    Ok(copy)
}
