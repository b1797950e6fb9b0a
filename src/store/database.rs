//! The database of one world: a connection of its own, used on the thread that serves the request, because handing a
//! statement of a few microseconds to another thread costs several times as much as running it. A copy of a world is a
//! copy of its pages.

use std::any::Any;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::group::Member;
use super::identity::Identity;
use super::mark::{self, Origin};
use super::remembered::{Remembered, WrittenRow};
use super::statements::Statements;
use super::write_back::Log;
use super::{StoreError, read_only, rows, schema};
use crate::contract::{ApiList, Key, ListItem};
use crate::model::Token;
use crate::model::clock::Clock;

/// How long to wait for another process that writes to the same file.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// The part of it for which a statement blocks its thread; [`Store::write`](super::Store::write) tries again for the
/// rest.
const BUSY_WAIT: Duration = Duration::from_millis(1);
/// Up to 32 MiB of a world's pages are kept in memory. [`write_back`](super::write_back) keeps the log short; should it
/// fail, SQLite writes the log back itself before it takes half a gigabyte.
/// What has to be undone of a change in a group is in memory too: an image may have no folder for temporary files.
const FILE_SETTINGS: &str = "pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -32768; \
                             pragma wal_autocheckpoint = 100000; pragma temp_store = memory;";
/// The most memory for the users of a world in a file that are remembered, in bytes: those of a world of a hundred
/// thousand.
const REMEMBERED_OF_A_FILE: usize = 64 << 20;
/// The capacity for prepared statements: larger than the number of different ones.
const STATEMENTS: usize = 128;

/// A temporary file is filled once, by who drops it when that fails. Up to 16 MiB of its pages are in memory meanwhile, so
/// that keys find their places; less than it will hold, or SQLite would never write it.
const TEMPORARY_SETTINGS: &str = "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -16384;";
/// Afterwards it is read page after page.
const FILLED_SETTINGS: &str = "pragma cache_size = -256; pragma shrink_memory;";

/// Where a world's database lives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// In memory, gone with the process.
    Memory,
    /// In a file, where everything committed survives a kill.
    File(PathBuf),
    /// In a file that is only read, once, into memory.
    Copy(PathBuf),
    /// In a file that SQLite makes in the system's folder for such files, without a name that others could open it by.
    Temporary,
}

/// The largest number of tokens that are remembered, and of items of lists.
const MOST_REMEMBERED: usize = 1024;

/// The database of one world.
pub(super) struct Database {
    connection: Connection,
    /// Tokens that were looked up, also unknown ones: every request looks one up. A change of tokens has the database
    /// to itself and empties this.
    tokens: foldhash::HashMap<String, Option<Arc<Token>>>,
    /// The same for items of lists, by the path of the list.
    items: foldhash::HashMap<(&'static str, Key), Option<Arc<dyn Any + Send + Sync>>>,
    /// Users that were read.
    remembered: Arc<Mutex<Remembered>>,
    /// For a world in a file, SQLite's count of changes by others, as far as they have been noticed.
    changed_elsewhere: Option<i64>,
    /// Whether it is in a temporary file.
    is_temporary: bool,
    /// The log of a world in a file.
    log: Option<Log>,
    /// Its file.
    file: Option<Identity>,
    statements: Arc<Statements>,
    /// Changes that are not committed yet, see [`group`](super::group).
    group: Vec<Member>,
}

impl Database {
    /// Opens the database of a world, empty where there is none yet, and brings its schema up to date.
    ///
    /// # Errors
    /// Faults of the database; [`StoreError::Unreadable`] when a later version wrote it.
    pub(super) fn open(place: &Place, statements: &Arc<Statements>) -> Result<Database, StoreError> {
        Database::open_with(place, OpenFlags::SQLITE_OPEN_CREATE, statements)
    }

    /// Opens a database that was written before. A file that is gone or empty is a fault: an empty world in its place
    /// would pass for one whose users were deleted.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub(super) fn reopen(place: &Place, statements: &Arc<Statements>) -> Result<Database, StoreError> {
        match place {
            Place::File(path) if fs::metadata(path).is_ok_and(|file| file.len() == 0) => {
                Err(StoreError::File(path.display().to_string(), "the file is empty".into()))
            }
            _ => Database::open_with(place, OpenFlags::empty(), statements),
        }
    }

    fn open_with(place: &Place, flags: OpenFlags, statements: &Arc<Statements>) -> Result<Database, StoreError> {
        let connection = match place {
            Place::Memory => {
                let connection = Connection::open_in_memory()?;
                // Many users are sorted for an index, where an image may have no folder for temporary files.
                connection.execute_batch("pragma temp_store = memory")?;
                connection
            }
            Place::Copy(path) => read_only::in_memory(path)?,
            Place::Temporary => {
                let connection = Connection::open("")?;
                connection.execute_batch(TEMPORARY_SETTINGS)?;
                connection
            }
            Place::File(path) => {
                let fault = |error| StoreError::at(path.to_str(), error);
                let connection = open_file(path, flags)?;
                connection.busy_timeout(PATIENCE)?;
                match mark::of_world(&connection).map_err(fault)? {
                    Origin::Marked | Origin::Earlier => {}
                    // Before the log begins, so that the header has it whatever becomes of the log.
                    Origin::Empty if flags.contains(OpenFlags::SQLITE_OPEN_CREATE) => {
                        mark::set(&connection).map_err(fault)?;
                    }
                    Origin::Empty | Origin::Foreign => {
                        let cause = "the file is not a world of this program".into();
                        return Err(StoreError::File(path.display().to_string(), cause));
                    }
                }
                // A kill leaves the write-ahead log in the system's cache, so NORMAL loses nothing then; FULL would
                // also preserve acknowledged changes when the machine loses power.
                connection.execute_batch(FILE_SETTINGS).map_err(fault)?;
                connection
            }
        };
        schema::add_folding(&connection)?;
        schema::migrate(&connection, statements)?;
        if matches!(place, Place::File(_)) && mark::of_world(&connection)? == Origin::Earlier {
            mark::set(&connection)?;
        }
        connection.busy_timeout(BUSY_WAIT)?;
        Database::from_connection(connection, place, statements)
    }

    fn from_connection(
        connection: Connection,
        place: &Place,
        statements: &Arc<Statements>,
    ) -> Result<Database, StoreError> {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let is_temporary = *place == Place::Temporary;
        let (most, log, file) = match place {
            Place::Memory | Place::Copy(_) | Place::Temporary => (usize::MAX, None, None),
            Place::File(path) => {
                let log = Log::new(path, connection.total_changes());
                (REMEMBERED_OF_A_FILE, Some(log), Some(Identity::of(path)?))
            }
        };
        let remembered = Remembered::for_connection(&connection, most)?;
        let statements = Arc::clone(statements);
        Ok(Database {
            connection,
            tokens: foldhash::HashMap::default(),
            items: foldhash::HashMap::default(),
            remembered,
            changed_elsewhere: None,
            is_temporary,
            log,
            file,
            statements,
            group: Vec::new(),
        })
    }

    /// A copy of everything, page by page. On disk it is whole before the file can be seen under its name by a reader
    /// of the catalogue.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn copy(&self, to: &Place) -> Result<Database, StoreError> {
        match to {
            Place::Memory | Place::Copy(_) | Place::Temporary => {
                let mut copy = Connection::open_in_memory()?;
                copy_pages(&self.connection, &mut copy)?;
                schema::add_folding(&copy)?;
                Database::from_connection(copy, to, &self.statements)
            }
            Place::File(path) => {
                // An id that a failed change took back may come again; nothing of it may mix with the copy.
                remove(path);
                let mut copy = open_file(path, OpenFlags::SQLITE_OPEN_CREATE)?;
                // No list names the file yet, so a journal would protect nothing.
                copy.execute_batch("pragma journal_mode = off; pragma synchronous = off;")?;
                copy_pages(&self.connection, &mut copy)?;
                copy.close().map_err(|(_, error)| error)?;
                Database::open(to, &self.statements)
            }
        }
    }

    /// Notes that one in a temporary file was filled and is only read from now on.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn is_filled(&self) -> Result<(), StoreError> {
        if self.is_temporary {
            self.connection.execute_batch(FILLED_SETTINGS)?;
        }
        Ok(())
    }

    /// The connection.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// A token, from memory or through `find`.
    ///
    /// # Errors
    /// Those of `find`.
    pub(super) fn token(
        &mut self,
        token: &str,
        find: impl FnOnce(&Connection) -> Result<Option<Token>, StoreError>,
    ) -> Result<Option<Arc<Token>>, StoreError> {
        if let Some(known) = self.known_token(token) {
            return Ok(known);
        }
        let found = find(&self.connection)?.map(Arc::new);
        if self.tokens.len() >= MOST_REMEMBERED {
            self.tokens.clear();
        }
        self.tokens.insert(token.to_owned(), found.clone());
        Ok(found)
    }

    /// An item of a list, from memory or through `find`.
    ///
    /// # Errors
    /// Those of `find`.
    pub(super) fn item<L: ListItem>(
        &mut self,
        list: &'static ApiList,
        key: Key,
        find: impl FnOnce(&Connection) -> Result<Option<L>, StoreError>,
    ) -> Result<Option<Arc<L>>, StoreError> {
        if let Some(known) = self.items.get(&(list.path, key)) {
            // Each list has one Rust type.
            return Ok(known.as_ref().and_then(|item| Arc::clone(item).downcast().ok()));
        }
        let found = find(&self.connection)?.map(Arc::new);
        if self.items.len() >= MOST_REMEMBERED {
            self.items.clear();
        }
        let remembered = found.as_ref().map(|item| -> Arc<dyn Any + Send + Sync> { Arc::<L>::clone(item) });
        self.items.insert((list.path, key), remembered);
        Ok(found)
    }

    /// Forgets the items of lists: they changed, or a change was undone.
    pub(super) fn forget_items(&mut self) {
        self.items.clear();
    }

    /// Forgets the items of lists and the answers that show them, as one is about to change.
    pub(super) fn items_change(&mut self) {
        self.forget_items();
        self.remembered().forget_answers();
    }

    /// The fault of a world whose file is no longer where it was opened: what is written to it is lost.
    pub(super) fn lost(&self) -> Option<StoreError> {
        let file = self.file.as_ref().filter(|file| file.is_gone())?;
        Some(StoreError::File(file.path().display().to_string(), "the file was removed or replaced".into()))
    }

    /// Whether changes are committed in groups: those of a file.
    pub(super) fn has_groups(&self) -> bool {
        self.file.is_some()
    }

    /// The changes that are not committed yet.
    pub(super) fn group(&mut self) -> &mut Vec<Member> {
        &mut self.group
    }

    /// Takes them; the caller commits them.
    pub(super) fn take_group(&mut self) -> Vec<Member> {
        std::mem::take(&mut self.group)
    }

    /// Remembers rows that are committed now.
    pub(super) fn remember(&self, rows: Vec<WrittenRow>) {
        if !rows.is_empty() {
            let mut remembered = self.remembered();
            rows.into_iter().for_each(|row| remembered.remember_written(row));
        }
    }

    /// The token, if it was looked up before.
    pub(super) fn known_token(&self, token: &str) -> Option<Option<Arc<Token>>> {
        self.tokens.get(token).cloned()
    }

    /// The statements of the store's schema.
    pub(super) fn statements(&self) -> &Arc<Statements> {
        &self.statements
    }

    /// Forgets tokens: they changed, or a change was undone.
    pub(super) fn forget_tokens(&mut self) {
        self.tokens.clear();
    }

    /// The file whose log is to be written back, see [`Log::due`].
    pub(super) fn log_due(&mut self) -> Option<&Path> {
        self.log.as_mut()?.due(self.connection.total_changes())
    }

    /// Notes that the log was written back.
    pub(super) fn log_written_back(&mut self) {
        if let Some(log) = &mut self.log {
            log.written_back(self.connection.total_changes());
        }
    }

    /// The remembered users.
    pub(super) fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets users if another process has changed the file since this was last asked: people repair worlds with SQLite's
    /// own shell while a server runs. A look at a number in the log's index, a fifth of a user's statement.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn forget_what_others_changed(&mut self) -> Result<(), StoreError> {
        if self.file.is_none() {
            return Ok(());
        }
        let count = rows::value(&self.connection, "pragma data_version", [])?;
        if count != self.changed_elsewhere {
            self.changed_elsewhere = count;
            self.remembered().forget();
        }
        Ok(())
    }

    /// The world's clock.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn clock(&self) -> Result<Clock, StoreError> {
        let stored = rows::one(&self.connection, "select kind, ticks from clock", [], |columns| {
            Ok((columns.next::<i64>()?, columns.next::<i64>()?))
        })?;
        Ok(match stored {
            Some((1, by)) => Clock::Shifted(by),
            Some((2, at)) => Clock::Frozen(at),
            _ => Clock::Real,
        })
    }

    /// Stores the world's clock.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn set_clock(&self, clock: Clock) -> Result<(), StoreError> {
        let (kind, ticks) = match clock {
            Clock::Real => (0, 0),
            Clock::Shifted(by) => (1, by),
            Clock::Frozen(at) => (2, at),
        };
        rows::run(&self.connection, "update clock set kind = ?, ticks = ?", (kind, ticks))?;
        Ok(())
    }

    /// The number of pages of 4 KiB in the world, without a look at any of them.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn pages(&self) -> Result<i64, StoreError> {
        Ok(rows::value(&self.connection, "pragma page_count", [])?.unwrap_or(0))
    }

    /// The same without pages that nothing is in any more, as a smaller document leaves behind.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn pages_in_use(&self) -> Result<i64, StoreError> {
        let free: Option<i64> = rows::value(&self.connection, "pragma freelist_count", [])?;
        Ok(self.pages()? - free.unwrap_or(0))
    }

    /// The number of users in the world.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn users(&self) -> Result<u64, StoreError> {
        let users: Option<i64> = rows::value(&self.connection, "select count(*) from user", [])?;
        Ok(users.and_then(|users| u64::try_from(users).ok()).unwrap_or(0))
    }
}

/// Opens a file; a path that looks like a URI is a path all the same. One thread at a time uses a connection, so SQLite
/// need not lock it itself.
pub(super) fn open_file(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let flags = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| StoreError::at(path.to_str(), error))
}

fn copy_pages(from: &Connection, to: &mut Connection) -> Result<(), StoreError> {
    // All pages in one step: the source is held by its only user meanwhile.
    Backup::new(from, to)?.run_to_completion(i32::MAX, Duration::ZERO, None)?;
    Ok(())
}

/// Removes a world's file with its log and its index of the log; one that cannot be removed now goes when the store
/// opens next. The file itself goes last, so that none of the others is ever left to a later file of that name.
pub(super) fn remove(path: &Path) {
    for suffix in ["-wal", "-shm", ""] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let _ = fs::remove_file(name);
    }
}
