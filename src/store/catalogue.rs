//! The worlds of a durable database. The file that `--database` names lists them; each is in a file of its own in the
//! folder `FILE.worlds` next to it. A world is made, replaced and dropped by one change of the list, so a kill
//! leaves either the old state or the new one, and at most a file that nobody lists.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, SqlSafeStr, Sqlite, SqlitePool};

use super::database::{self, PATIENCE, Place};
use super::history::{History, Keep};
use super::mark::{self, Origin};
use super::probe::Probe;
use super::{OpenError, StoreError};

/// The migrations of the list.
pub(super) const VERSIONS: [i64; 2] = [20_261_122_000_001, 20_261_128_000_001];

/// The list of worlds of a durable database.
#[derive(Debug)]
pub(super) struct Catalogue {
    list: SqlitePool,
    folder: PathBuf,
    probe: Probe,
    /// Held while this process serves the worlds.
    _claims: [Option<File>; 2],
}

/// A world on the list.
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) history: Arc<History>,
}

/// A change of the list under way: the file of a world is filled before the list names it.
pub(super) struct Draft<'c> {
    list: sqlx::Transaction<'static, Sqlite>,
    probe: &'c Probe,
    pub(super) place: Place,
}

impl Draft<'_> {
    /// Makes the change last.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.list.commit().await?;
        self.probe.is_there()
    }
}

impl Catalogue {
    /// Opens the list, claims the worlds for this process, and removes files that no list names.
    ///
    /// # Errors
    /// One sentence that names the setting and what to do about it.
    pub(super) async fn open(url: &str, file: &Path) -> Result<Catalogue, OpenError> {
        let cannot = |error: Box<dyn std::error::Error + Send + Sync>| {
            OpenError::because(
                format!(
                    "--database {url}: the database cannot be used ({}); name a file in a folder that exists and may \
                     be written to, or sqlite::memory:",
                    StoreError::reason(&*error)
                ),
                error,
            )
        };
        let folder = folder_of(file).map_err(|error| cannot(error.into()))?;
        let origin = mark::of_list(file);
        if mark::is_absent(file) && holds_worlds(&folder) {
            return Err(OpenError::plain(format!(
                "--database {url}: the file is gone or empty, but {} holds worlds; put the file back, or remove that \
                 folder to start anew",
                folder.display()
            )));
        }
        match origin {
            Origin::Foreign => {
                return Err(OpenError::plain(format!(
                    "--database {url}: the file is a database of another program; name another file"
                )));
            }
            Origin::Empty if mark::is_absent(file) => mark::make(file).map_err(|error| cannot(error.into()))?,
            Origin::Empty | Origin::Earlier | Origin::Marked => {}
        }
        // Before SQLite opens it: under another name it would have another log.
        let claim_of_file =
            claim_file(url, file).map_err(|error| error.unwrap_or_else(|error| cannot(error.into())))?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .busy_timeout(PATIENCE)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        let list = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
        let list = list.map_err(|error| cannot(error.into()))?;
        migrate(&list).await.map_err(|error| match error {
            sqlx::migrate::MigrateError::Execute(error) => cannot(error.into()),
            other => OpenError::because(
                format!(
                    "--database {url}: the file is not a usertwin database of this version; name another file or remove it"
                ),
                other,
            ),
        })?;
        if origin == Origin::Earlier {
            mark::set_later(&list).await.map_err(|error| cannot(error.into()))?;
        }
        let claim = claim(url, &folder).map_err(|error| error.unwrap_or_else(|error| cannot(error.into())))?;
        let probe = Probe::new(file, &folder).map_err(|error| cannot(error.into()))?;
        let catalogue = Catalogue { list, folder, probe, _claims: [Some(claim), claim_of_file] };
        catalogue.remove_unlisted().await.map_err(|error| cannot(error.into()))?;
        Ok(catalogue)
    }

    /// The worlds, the hidden one of the seed included.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) async fn worlds(&self) -> Result<Vec<Listed>, StoreError> {
        let rows = sqlx::query("select name, id, source, created_at, kept from world").fetch_all(&self.list).await?;
        let listed = rows.iter().map(|row| {
            let keep = if row.try_get::<i64, _>(4)? == 0 { Keep::WhileUsed } else { Keep::Always };
            let history = History::listed(row.try_get(2)?, row.try_get(3)?, keep);
            Ok(Listed { name: row.try_get(0)?, place: self.place(row.try_get(1)?), history })
        });
        listed.collect()
    }

    /// Starts to list a world under a new file, in place of the one it had. The seed has no history.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) async fn draft(&self, name: &str, history: Option<&History>) -> Result<Draft<'_>, StoreError> {
        let mut list = self.list.begin_with("begin immediate").await?;
        sqlx::query("delete from world where name = $1").bind(name).execute(&mut *list).await?;
        let insert = "insert into world (name, source, created_at, kept) values ($1, $2, $3, $4) returning id";
        let insert = sqlx::query_scalar(insert)
            .bind(name)
            .bind(history.and_then(|history| history.from.clone()))
            .bind(history.and_then(|history| history.created_at))
            .bind(history.is_none_or(|history| history.keep == Keep::Always));
        let id = insert.fetch_one(&mut *list).await?;
        Ok(Draft { list, probe: &self.probe, place: self.place(id) })
    }

    /// Checks that the files are still there and can be written to; see [`Probe`].
    ///
    /// # Errors
    /// What is wrong.
    pub(super) async fn probe(&self) -> Result<(), StoreError> {
        self.probe.probe().await
    }

    /// Takes a world off the list.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) async fn remove(&self, name: &str) -> Result<(), StoreError> {
        sqlx::query("delete from world where name = $1").bind(name).execute(&self.list).await?;
        self.probe.is_there()
    }

    fn place(&self, id: i64) -> Place {
        Place::File(file_of(&self.folder, id))
    }

    /// Removes the files of worlds that a kill left half made or half dropped, also when only a log of one is left.
    async fn remove_unlisted(&self) -> Result<(), StoreError> {
        let listed: HashSet<Place> = self.worlds().await?.into_iter().map(|listed| listed.place).collect();
        for entry in fs::read_dir(&self.folder)?.flatten() {
            let Some(id) = entry.file_name().to_str().and_then(world_of) else { continue };
            let place = self.place(id);
            if let Place::File(path) = &place
                && !listed.contains(&place)
            {
                database::remove(path);
            }
        }
        Ok(())
    }
}

/// The folder of the worlds of a list. A link to the list is another name of the same database, not another folder.
pub(super) fn folder_of(file: &Path) -> std::io::Result<PathBuf> {
    let target = match file.is_symlink() && file.exists() {
        true => fs::canonicalize(file)?,
        false => file.into(),
    };
    let mut folder = OsString::from(target);
    folder.push(".worlds");
    Ok(PathBuf::from(folder))
}

/// The file of a world.
pub(super) fn file_of(folder: &Path, id: i64) -> PathBuf {
    folder.join(format!("{id}.db"))
}

/// Whether a folder holds the file of a world.
fn holds_worlds(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_str().and_then(world_of).is_some())
}

/// The world to which a file of the folder belongs: `7` of `7.db`, `7.db-wal` and `7.db-shm`.
fn world_of(name: &str) -> Option<i64> {
    let (id, rest) = name.split_once(".db")?;
    ["", "-wal", "-shm"].contains(&rest).then(|| id.parse().ok())?
}

/// Claims the folder for this process: two servers on one database would each miss worlds that the other drops or
/// resets.
fn claim(url: &str, folder: &Path) -> Result<File, Result<OpenError, std::io::Error>> {
    fs::create_dir_all(folder).map_err(Err)?;
    let lock = File::options().create(true).append(true).open(folder.join("lock")).map_err(Err)?;
    locked(url, lock)
}

/// Claims the list itself: a hard link to it is another name with another folder. On Linux alone, where such a lock is
/// none of those that SQLite takes on the file.
#[cfg(target_os = "linux")]
fn claim_file(url: &str, file: &Path) -> Result<Option<File>, Result<OpenError, std::io::Error>> {
    locked(url, File::open(file).map_err(Err)?).map(Some)
}

#[cfg(not(target_os = "linux"))]
fn claim_file(_: &str, _: &Path) -> Result<Option<File>, Result<OpenError, std::io::Error>> {
    Ok(None)
}

fn locked(url: &str, lock: File) -> Result<File, Result<OpenError, std::io::Error>> {
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Ok(OpenError::plain(format!(
            "--database {url}: another usertwin serves this database; stop it or name another file"
        )))),
        Err(TryLockError::Error(error)) => Err(Err(error)),
    }
}

async fn migrate(list: &SqlitePool) -> Result<(), sqlx::migrate::MigrateError> {
    let worlds = include_str!("../../migrations/catalogue/20261122000001_worlds.sql").into_sql_str();
    let history = include_str!("../../migrations/catalogue/20261128000001_history.sql").into_sql_str();
    let steps = VERSIONS.into_iter().zip([("worlds", worlds), ("history", history)]);
    let migration =
        |(version, (name, sql))| Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql, false);
    Migrator::with_migrations(steps.map(migration).collect()).run(list).await
}
