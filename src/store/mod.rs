//! The store: every SQL statement of the product, and nothing of HTTP. A [`Store`] holds many worlds, each a database
//! of its own; all work happens in a [`Transaction`], which is alone with its world and undone unless it is committed.
//!
//! Users are read and written through rusqlite on the thread that serves the request: sqlx hands every statement to
//! another thread, which costs more than the statement. sqlx keeps the list of a durable database's worlds, where an
//! occasional statement may take longer.

mod answers;
mod attach;
#[cfg(not(feature = "testing"))]
mod body;
#[cfg(feature = "testing")]
pub mod body;
mod catalogue;
mod changes;
mod database;
mod document;
mod error;
mod grants;
mod group;
mod history;
mod identity;
mod keys;
mod lists;
mod mark;
mod open;
mod outbox;
mod packed;
mod probe;
mod read_only;
mod records;
mod remembered;
mod resting;
mod rows;
mod schema;
mod seed;
mod statements;
mod tokens;
mod transaction;
mod users;
mod worlds;
mod write_back;
mod write_users;
mod written;

pub use answers::Version;
pub use attach::Elsewhere;
pub use changes::Changes;
pub use error::{Conflict, OpenError, StoreError};
pub use grants::{Grant, GrantedBy, Proof};
pub use history::Keep;
pub use outbox::Mail;
pub(crate) use packed::{Difference, PackedUsers};
pub use records::UserFilter;
pub use seed::Seed;
pub use statements::StoredUser;
pub use tokens::TokenReader;
pub use transaction::{Sources, Transaction};
pub use users::{FacetUpdate, Page, Stored};
pub use worlds::{World, WorldName};
pub(crate) use written::Watcher;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use crate::config::{Config, WorldsMode};
use crate::model::clock::Clock;
use crate::model::{Schema, folded};
use answers::Budget;
use catalogue::Catalogue;
use database::{Database, PATIENCE};
use resting::OpenFiles;
use statements::Statements;
use worlds::{Entry, State};

/// The pause between two attempts to write to a world's file while another process writes to it.
const BUSY_PAUSE: Duration = Duration::from_millis(25);

/// Pages of a database, 4 KiB each, from which a list of its users is long work: it takes about a millisecond, a hundred
/// times the way to another thread.
const LARGE_WORLD: i64 = 128;

/// How much a store may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most worlds at a time (`--max-worlds`), the hidden seed not counted.
    pub worlds: usize,
    /// Whether only worlds that were made on purpose may be used (`--worlds listed`).
    pub listed: bool,
    /// Most worlds whose files are open at a time.
    pub open: usize,
    /// The memory for answers that are kept, of all worlds together, in bytes (`--answer-cache`).
    pub answers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { worlds: 1000, listed: false, open: resting::most_open(), answers: 1 << 20 }
    }
}

impl From<&Config> for Limits {
    fn from(config: &Config) -> Limits {
        let listed = config.worlds == WorldsMode::Listed;
        Limits { worlds: config.max_worlds, listed, answers: config.answer_cache, ..Limits::default() }
    }
}

/// All worlds; clones share them.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

/// By a hash that costs a tenth of SipHash, as a request looks its world up several times; how many names there are is
/// limited.
type Worlds = foldhash::HashMap<WorldName, Entry>;

struct Shared {
    /// The list of worlds on disk; `None` when everything is in memory.
    catalogue: Option<Catalogue>,
    /// The hidden world that holds the seed.
    seed: Arc<tokio::sync::Mutex<Database>>,
    worlds: RwLock<Worlds>,
    /// Held while worlds are made, replaced or dropped; a task that holds a world's database never waits for it.
    changing: tokio::sync::Mutex<OpenFiles>,
    limits: Limits,
    /// The memory for the answers of all worlds.
    answers: Budget,
    /// The statements of the APIs' schema.
    statements: Arc<Statements>,
}

/// A world in use.
struct Live {
    database: Arc<tokio::sync::Mutex<Database>>,
    /// The clock that the database holds, for requests that only ask for the time.
    clock: Mutex<Clock>,
    closed: AtomicBool,
}

impl Live {
    fn new(database: Database) -> Result<Live, StoreError> {
        let clock = Mutex::new(database.clock()?);
        Ok(Live { database: Arc::new(tokio::sync::Mutex::new(database)), clock, closed: AtomicBool::new(false) })
    }

    /// The database, with everything committed that was changed.
    async fn lock(self: &Arc<Live>) -> OwnedMutexGuard<Database> {
        let mut database = Arc::clone(&self.database).lock_owned().await;
        group::settle(self, &mut database);
        database
    }

    fn clock(&self) -> Clock {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_clock(&self, clock: Clock) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = clock;
    }

    /// Whether this is no longer the world of its name: it was dropped, or its file was closed or lost.
    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }
}

impl Store {
    /// A transaction that only reads. A world that does not exist yet is made as a copy of the seed.
    ///
    /// # Errors
    /// [`StoreError::TooManyWorlds`] when the world is new and there is no room; faults of the database.
    pub async fn read(&self, world: &WorldName) -> Result<Transaction, StoreError> {
        let (live, database) = self.lock_or_create(world).await?;
        Ok(Transaction::read(live, database))
    }

    /// The answer that was kept for a question about a world, as `read` copies it, if nothing that it shows has changed.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub(crate) async fn answer<T>(
        &self,
        world: &WorldName,
        question: &[u8],
        read: fn(&[u8]) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let (live, mut database) = self.lock_or_create(world).await?;
        group::settle(&live, &mut database);
        database.forget_what_others_changed()?;
        let answer = database.remembered().answer(question).and_then(read);
        Ok(answer)
    }

    /// Keeps an answer to a question about a world that shows a version of a user, and nothing else but items of lists, if
    /// the world is in use and the user as it was.
    pub(crate) async fn keep_answer(&self, world: &WorldName, question: &[u8], version: Version, answer: &[u8]) {
        if let Some(live) = self.live(world) {
            live.lock().await.remembered().keep_answer(question, version, answer);
        }
    }

    /// Looks up tokens of a world. A world that does not exist yet is made as a copy of the seed.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn tokens(&self, world: &WorldName) -> Result<TokenReader, StoreError> {
        let (live, database) = self.lock_or_create(world).await?;
        Ok(TokenReader::new(live, database))
    }

    /// A transaction that may write. Transactions of a world wait for each other; do not open one while holding
    /// another.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn write(&self, world: &WorldName) -> Result<Transaction, StoreError> {
        let mut until = None;
        loop {
            let (live, database) = self.lock_or_create(world).await?;
            match Transaction::write(live, database) {
                Err(error) if error.is_busy() => {
                    // Another process writes to the file. No other request has to wait for it, not even the world's
                    // readers.
                    let now = Instant::now();
                    if *until.get_or_insert(now + PATIENCE) <= now {
                        return Err(error);
                    }
                    tokio::time::sleep(BUSY_PAUSE).await;
                }
                begun => return begun,
            }
        }
    }

    /// The facets and lists that the APIs of this server declare.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.shared.statements.schema
    }

    /// Checks that the database answers, and that what is written to it lasts.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.shared.seed.lock().await.clock()?;
        match &self.shared.catalogue {
            Some(catalogue) => catalogue.probe().await,
            None => Ok(()),
        }
    }

    /// Whether a world holds so much that a list of it takes long.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn is_large(&self, world: &WorldName) -> Result<bool, StoreError> {
        let (_, database) = self.lock_or_create(world).await?;
        Ok(database.pages()? > LARGE_WORLD)
    }

    /// The clock of a world, which is used by that, without touching the database when the world is in use already.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn clock(&self, world: &WorldName) -> Result<Clock, StoreError> {
        let known = self.entries(|worlds| {
            let entry = worlds.get(world)?;
            entry.history.is_used();
            open(entry).map(|live| live.clock())
        });
        match known {
            Some(clock) => Ok(clock),
            // Boxed, because it is rare and would make the future of every request larger.
            None => Ok(Box::pin(self.open_or_create(world)).await?.clock()),
        }
    }

    fn live(&self, world: &WorldName) -> Option<Arc<Live>> {
        self.entries(|worlds| worlds.get(world).and_then(open).cloned())
    }
}

/// A world in use.
fn open(entry: &Entry) -> Option<&Arc<Live>> {
    match &entry.state {
        State::Open(live) if !live.is_closed() => Some(live),
        State::Open(_) | State::Resting(_) => None,
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("durable", &self.shared.catalogue.is_some()).finish_non_exhaustive()
    }
}

/// Does long work on a thread of its own, so that the threads that serve requests go on.
async fn on_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::Fault(error.into()))?
}
