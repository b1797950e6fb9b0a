//! The worlds of a durable database. The file that `--database` names lists them; each is in a file of its own in the
//! folder `FILE.worlds` next to it. A world is made, replaced and dropped by one change of the list, so a kill
//! leaves either the old state or the new one, and at most a file that nobody lists.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, SqlSafeStr, Sqlite, SqlitePool};

use super::database::{self, PATIENCE, Place};
use super::mark::{self, Origin};
use super::{OpenError, StoreError};

/// The migration that made the list.
pub(super) const FIRST_VERSION: i64 = 20_261_122_000_001;

/// The list of worlds of a durable database.
#[derive(Debug)]
pub(super) struct Catalogue {
    list: SqlitePool,
    folder: PathBuf,
    /// Held while this process serves the worlds; `None` when they are only read.
    _claim: Option<File>,
}

/// A change of the list under way: the file of a world is filled before the list names it.
pub(super) struct Draft {
    list: sqlx::Transaction<'static, Sqlite>,
    pub(super) place: Place,
}

impl Draft {
    /// Makes the change last.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.list.commit().await?)
    }
}

impl Catalogue {
    /// Opens the list. To `serve` is to claim the worlds for this process and to remove files that no list names.
    ///
    /// # Errors
    /// One sentence that names the setting and what to do about it.
    pub(super) async fn open(url: &str, file: &Path, serve: bool) -> Result<Catalogue, OpenError> {
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
        // A link is another name of the same database, not another folder.
        let target = match file.is_symlink() && file.exists() {
            true => fs::canonicalize(file).map_err(|error| cannot(error.into()))?,
            false => file.into(),
        };
        let mut folder = OsString::from(&target);
        folder.push(".worlds");
        let folder = PathBuf::from(folder);
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
        if serve && origin == Origin::Earlier {
            mark::set_later(&list).await.map_err(|error| cannot(error.into()))?;
        }
        let claim = match serve {
            true => Some(claim(url, &folder).map_err(|error| error.map_err(|error| cannot(error.into())))),
            false => None,
        };
        let claim = match claim.transpose() {
            Ok(claim) => claim,
            Err(Ok(taken)) => return Err(taken),
            Err(Err(cannot)) => return Err(cannot),
        };
        let catalogue = Catalogue { list, folder, _claim: claim };
        if serve {
            catalogue.remove_unlisted().await.map_err(|error| cannot(error.into()))?;
        }
        Ok(catalogue)
    }

    /// The worlds by name, with the place of each.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) async fn worlds(&self) -> Result<Vec<(String, Place)>, StoreError> {
        let rows = sqlx::query("select name, id from world").fetch_all(&self.list).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, self.place(row.try_get(1)?)))).collect()
    }

    /// Starts to list a world under a new file, in place of the one it had.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) async fn draft(&self, name: &str) -> Result<Draft, StoreError> {
        let mut list = self.list.begin_with("begin immediate").await?;
        sqlx::query("delete from world where name = $1").bind(name).execute(&mut *list).await?;
        let insert = sqlx::query_scalar("insert into world (name) values ($1) returning id").bind(name);
        let id = insert.fetch_one(&mut *list).await?;
        Ok(Draft { list, place: self.place(id) })
    }

    /// Takes a world off the list.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) async fn remove(&self, name: &str) -> Result<(), StoreError> {
        sqlx::query("delete from world where name = $1").bind(name).execute(&self.list).await?;
        Ok(())
    }

    fn place(&self, id: i64) -> Place {
        Place::File(self.folder.join(format!("{id}.db")))
    }

    /// Removes the files of worlds that a kill left half made or half dropped, also when only a log of one is left.
    async fn remove_unlisted(&self) -> Result<(), StoreError> {
        let listed: HashSet<Place> = self.worlds().await?.into_iter().map(|(_, place)| place).collect();
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
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Ok(OpenError::plain(format!(
            "--database {url}: another usertwin serves this database; stop it or name another file"
        )))),
        Err(TryLockError::Error(error)) => Err(Err(error)),
    }
}

async fn migrate(list: &SqlitePool) -> Result<(), sqlx::migrate::MigrateError> {
    let sql = include_str!("../../migrations/catalogue/20261122000001_worlds.sql").into_sql_str();
    let worlds = Migration::new(FIRST_VERSION, Cow::Borrowed("worlds"), MigrationType::Simple, sql, false);
    Migrator::with_migrations(vec![worlds]).run(list).await
}
