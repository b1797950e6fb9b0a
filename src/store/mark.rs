//! How a database file is known to be ours: SQLite keeps a number for the program in the file's header. Files of earlier
//! versions have none and are known by their tables. Without it, a file of another program would be given our tables.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::StoreError;
use super::database::PATIENCE;

/// `utwn`.
const MARK: i64 = 0x7574_776e;
const SET: &str = "pragma application_id = 1970567022";

/// What the file of a list or a world is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Ours, with the mark.
    Marked,
    /// Ours, of an earlier version.
    Earlier,
    /// Without a table.
    Empty,
    /// Of another program.
    Foreign,
}

/// What a world's file is.
///
/// # Errors
/// Faults of the database.
pub(super) fn of_world(connection: &Connection) -> Result<Origin, rusqlite::Error> {
    of(connection, |tables| {
        let one_of_ours = tables.contains("membership") || tables.contains("facet_key");
        Ok(tables.contains("user") && one_of_ours)
    })
}

/// What the file of a list of worlds is, without a change of it or of anything beside it. A file that cannot be read
/// as a database counts as empty: opening it will tell why.
pub(super) fn of_list(file: &Path) -> Origin {
    if is_absent(file) {
        return Origin::Empty;
    }
    let read = || {
        let connection = open_to_look(file)?;
        of(&connection, |tables| {
            let ours = |table: &String| table == "world" || table == "_sqlx_migrations";
            let versions = || {
                connection
                    .query_row::<Option<i64>, _, _>("select max(version) from _sqlx_migrations", [], |row| row.get(0))
            };
            Ok(tables.contains("_sqlx_migrations")
                && tables.iter().all(ours)
                && versions()?.is_none_or(|version: i64| super::catalogue::VERSIONS.contains(&version)))
        })
    };
    read().unwrap_or(Origin::Empty)
}

/// Whether there is no file, or one without a byte, which SQLite takes for a new database.
pub(super) fn is_absent(file: &Path) -> bool {
    fs::metadata(file).map_or(true, |file| file.len() == 0)
}

/// Makes an empty file ours.
///
/// # Errors
/// Faults of the database.
pub(super) fn make(file: &Path) -> Result<(), StoreError> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(PATIENCE)?;
    set(&connection)?;
    Ok(())
}

/// Puts the mark on a database.
///
/// # Errors
/// Faults of the database.
pub(super) fn set(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.execute_batch(SET)
}

/// The same for a list that is open.
///
/// # Errors
/// Faults of the database.
pub(super) async fn set_later(list: &sqlx::SqlitePool) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(SET).execute(list).await.map(|_| ())
}

fn of(
    connection: &Connection,
    earlier: impl FnOnce(&HashSet<String>) -> Result<bool, rusqlite::Error>,
) -> Result<Origin, rusqlite::Error> {
    let mark: i64 = connection.query_row("pragma application_id", [], |row| row.get(0))?;
    if mark == MARK {
        return Ok(Origin::Marked);
    }
    let mut names = connection
        .prepare("select name from sqlite_schema where name not like 'sqlite\\_%' escape '\\' and type = 'table'")?;
    let tables = names.query_map([], |row| row.get(0))?.collect::<Result<HashSet<String>, _>>()?;
    match mark {
        0 if tables.is_empty() => Ok(Origin::Empty),
        0 if earlier(&tables)? => Ok(Origin::Earlier),
        _ => Ok(Origin::Foreign),
    }
}

/// A connection that only reads. Without a log beside it the file is read as it is: SQLite would otherwise leave an index
/// of a log beside a database that is refused.
pub(super) fn open_to_look(file: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    match file.to_str() {
        Some(name) if !Path::new(&log).exists() => {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
            let escaped: String = name
                .bytes()
                .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
                .collect();
            Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags | OpenFlags::SQLITE_OPEN_URI)
        }
        _ => Connection::open_with_flags(file, flags),
    }
}
