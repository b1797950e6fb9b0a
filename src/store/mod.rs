//! The store: every SQL statement of the product, and nothing of HTTP. A [`Store`] holds many worlds; all work
//! happens in a [`Transaction`] of one world, which is undone unless it is committed.

mod admin_users;
mod document;
mod error;
mod expoints;
mod facets;
mod grants;
mod keep;
mod listing;
mod open;
mod outbox;
mod pbnb;
mod reseller;
mod rows;
mod schema;
mod tokens;
mod transaction;
mod users;
mod worlds;

pub use error::{OpenError, StoreError};
pub use expoints::ExpointsUpdate;
pub use grants::Grant;
pub use outbox::Mail;
pub use transaction::Transaction;
pub use worlds::{World, WorldName};

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use sqlx::SqlitePool;

use crate::clock::Clock;
pub use crate::state::folded;
use transaction::Guard;

/// How much a store may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most worlds at a time (`--max-worlds`), the hidden seed not counted.
    pub worlds: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { worlds: 1000 }
    }
}

/// All worlds; clones share them.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    readers: SqlitePool,
    writer: SqlitePool,
    /// Writers hold it alone. In memory readers share it, because that database has no snapshots; in a file they
    /// need not, because the write-ahead log gives each reader one.
    turn: Arc<tokio::sync::RwLock<()>>,
    in_memory: bool,
    worlds: RwLock<HashMap<WorldName, Arc<Live>>>,
    /// The key of the hidden world that holds the seed.
    seed: i64,
    limits: Limits,
}

/// What is known of a world without asking the database.
struct Live {
    key: i64,
    clock: Mutex<Clock>,
}

impl Live {
    fn clock(&self) -> Clock {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_clock(&self, clock: Clock) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = clock;
    }
}

impl Store {
    /// A transaction that only reads. A world that does not exist yet is born as a copy of the seed.
    ///
    /// # Errors
    /// [`StoreError::TooManyWorlds`] when the world is new and there is no room; faults of the database.
    pub async fn read(&self, world: &WorldName) -> Result<Transaction, StoreError> {
        loop {
            let guard = match self.shared.in_memory {
                true => Guard::Shared(Arc::clone(&self.shared.turn).read_owned().await),
                false => Guard::None,
            };
            match self.live(world) {
                Some(live) => {
                    if let Some(transaction) = Transaction::read(&self.shared, live, guard).await? {
                        return Ok(transaction);
                    }
                }
                None => {
                    drop(guard);
                    self.born(world).await?;
                }
            }
        }
    }

    /// A transaction that may write. Writers wait for each other; do not open one while holding another
    /// transaction.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn write(&self, world: &WorldName) -> Result<Transaction, StoreError> {
        loop {
            let turn = Arc::clone(&self.shared.turn).write_owned().await;
            // Asked for under the lock, so that a world dropped meanwhile is never written to.
            match self.live(world) {
                Some(live) => return Transaction::write(&self.shared, live, turn).await,
                None => {
                    drop(turn);
                    self.born(world).await?;
                }
            }
        }
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(&self.shared.readers).await?;
        Ok(())
    }

    /// The clock of a world, without touching the database when the world is known already.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn clock(&self, world: &WorldName) -> Result<Clock, StoreError> {
        loop {
            match self.live(world) {
                Some(live) => return Ok(live.clock()),
                None => self.born(world).await?,
            }
        }
    }

    fn live(&self, world: &WorldName) -> Option<Arc<Live>> {
        self.shared.worlds.read().unwrap_or_else(PoisonError::into_inner).get(world).cloned()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("in_memory", &self.shared.in_memory).finish_non_exhaustive()
    }
}
