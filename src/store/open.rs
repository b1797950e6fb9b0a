//! Opening a database: in memory, which is gone with the process, or a file, in which every committed write
//! survives a kill. Both bring their schema up to date and take the seed they are given as what new worlds start from.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection, SqlitePool};

use super::{Limits, OpenError, Shared, Store, StoreError, document, schema, worlds};
use crate::state::Document;

/// Readers at a time; more would only wait for the processors.
const READERS: u32 = 4;
/// How long to wait for another process that writes to the same file.
const PATIENCE: Duration = Duration::from_secs(30);

/// Each in-memory database of a process has its own name, because names are shared by the whole process.
static MEMORY_NAME: AtomicU64 = AtomicU64::new(0);

impl Store {
    /// Opens `sqlite::memory:` or `sqlite:FILE` and makes `seed` what new worlds start from. Worlds that a durable
    /// file holds already are kept as they are.
    ///
    /// # Errors
    /// One sentence that names the setting and what to do about it.
    pub async fn open(url: &str, seed: &Document, limits: Limits) -> Result<Store, OpenError> {
        Store::opened(url, Target::of(url)?, Some(seed), limits).await
    }

    /// Opens a file that is there already and leaves its seed as it is: a server may be running on it.
    ///
    /// # Errors
    /// As [`Store::open`], and when there is no such file.
    pub async fn open_existing(url: &str, limits: Limits) -> Result<Store, OpenError> {
        let target = Target::of(url)?;
        if !matches!(&target, Target::File(name) if std::path::Path::new(name).is_file()) {
            return Err(OpenError::plain(format!("--database {url}: there is no such file")));
        }
        Store::opened(url, target, None, limits).await
    }

    async fn opened(url: &str, target: Target, seed: Option<&Document>, limits: Limits) -> Result<Store, OpenError> {
        let cannot = |error: StoreError| {
            OpenError::because(
                format!(
                    "--database {url}: the database cannot be used; name a file in a folder that exists and may be \
                     written to, or sqlite::memory:"
                ),
                error,
            )
        };
        let writer = pool(target.options(), 1).await.map_err(|error| cannot(error.into()))?;
        let mut connection = writer.acquire().await.map_err(|error| cannot(error.into()))?;
        schema::migrate(&mut connection).await.map_err(|error| {
            OpenError::because(
                format!(
                    "--database {url}: the file is no usertwin database of this version; name another file or remove it"
                ),
                error,
            )
        })?;
        let key = match seed {
            Some(seed) => plant(&mut connection, seed).await,
            None => worlds::key_of(&mut connection, worlds::SEED)
                .await
                .and_then(|key| key.ok_or(StoreError::NotFound("seed"))),
        };
        let key = key.map_err(cannot)?;
        let known = worlds::load(&mut connection).await.map_err(cannot)?;
        drop(connection);
        let readers = pool(target.options(), READERS).await.map_err(|error| cannot(error.into()))?;
        Ok(Store {
            shared: Arc::new(Shared {
                readers,
                writer,
                turn: Arc::default(),
                in_memory: matches!(target, Target::Memory(_)),
                worlds: RwLock::new(known),
                seed: key,
                limits,
            }),
        })
    }
}

/// Puts the seed into the hidden world, in place of whatever seed it held before.
async fn plant(connection: &mut SqliteConnection, seed: &Document) -> Result<i64, StoreError> {
    let mut transaction = connection.begin_with("begin immediate").await?;
    let key = match worlds::key_of(&mut transaction, worlds::SEED).await? {
        Some(key) => key,
        None => worlds::insert(&mut transaction, worlds::SEED, worlds::clock_of(seed)).await?,
    };
    worlds::store_clock(&mut transaction, key, worlds::clock_of(seed)).await?;
    worlds::clear(&mut transaction, key).await?;
    document::load(&mut transaction, key, seed).await?;
    transaction.commit().await?;
    Ok(key)
}

async fn pool(options: SqliteConnectOptions, connections: u32) -> Result<SqlitePool, sqlx::Error> {
    // A connection is never given up: the last one to close takes an in-memory database with it.
    SqlitePoolOptions::new()
        .min_connections(connections)
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(60))
        .connect_with(options)
        .await
}

enum Target {
    Memory(String),
    File(String),
}

impl Target {
    fn of(url: &str) -> Result<Target, OpenError> {
        let unknown = || {
            OpenError::plain(format!("--database {url}: write sqlite::memory: or sqlite:FILE, e.g. sqlite:usertwin.db"))
        };
        let name = url.strip_prefix("sqlite:").ok_or_else(unknown)?;
        match name.strip_prefix("//").unwrap_or(name) {
            ":memory:" => {
                // The leading slash makes the name one that several connections of the process share.
                Ok(Target::Memory(format!("/usertwin-{}", MEMORY_NAME.fetch_add(1, Ordering::Relaxed))))
            }
            "" => Err(unknown()),
            file => Ok(Target::File(file.to_owned())),
        }
    }

    fn options(&self) -> SqliteConnectOptions {
        let options = SqliteConnectOptions::new()
            // 32 MiB of pages: with the usual 2 MiB a fork of a large world spills and reads its own pages back.
            .pragma("cache_size", "-32768")
            .foreign_keys(false)
            .busy_timeout(PATIENCE)
            .create_if_missing(true)
            .row_buffer_size(500);
        match self {
            // The memdb VFS is one database for all connections without shared-cache's table locks.
            Target::Memory(name) => options
                .filename(name)
                .vfs("memdb")
                .journal_mode(SqliteJournalMode::Memory)
                .synchronous(SqliteSynchronous::Off),
            // A kill -9 leaves the write-ahead log in the system's cache, so NORMAL loses nothing then; FULL also
            // keeps what was answered when the machine loses power.
            Target::File(name) => {
                options.filename(name).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal)
            }
        }
    }
}
