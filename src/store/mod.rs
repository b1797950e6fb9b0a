//! The store: every SQL statement of the product, and nothing of HTTP. A [`Store`] holds many worlds; all work
//! happens in a [`Transaction`] of one world, which is undone unless it is committed.

mod admin_users;
mod error;
mod expoints;
mod pbnb;
mod reseller;
mod tokens;
mod transaction;
mod users;
mod worlds;

pub use error::{OpenError, StoreError};
pub use expoints::ExpointsUpdate;
pub use transaction::Transaction;
pub use worlds::{World, WorldName};

use crate::clock::Clock;
use crate::state;

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
#[derive(Debug, Clone)]
pub struct Store {}

impl Store {
    /// Opens `sqlite::memory:` or `sqlite:FILE` and makes `seed` what new worlds start from. Worlds that a durable
    /// file holds already are kept as they are.
    ///
    /// # Errors
    /// One sentence that names the setting and what to do about it.
    pub async fn open(_url: &str, _seed: &state::Document, _limits: Limits) -> Result<Store, OpenError> {
        Ok(Store {})
    }

    /// A transaction that only reads. A world that does not exist yet is born as a copy of the seed.
    ///
    /// # Errors
    /// [`StoreError::TooManyWorlds`] when the world is new and there is no room; faults of the database.
    pub async fn read(&self, world: &WorldName) -> Result<Transaction, StoreError> {
        let _ = world;
        Err(StoreError::NotFound("world"))
    }

    /// A transaction that may write. Writers wait for each other; do not open one while holding another
    /// transaction.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn write(&self, world: &WorldName) -> Result<Transaction, StoreError> {
        let _ = world;
        Err(StoreError::NotFound("world"))
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// The clock of a world, without touching the database when the world is known already.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn clock(&self, world: &WorldName) -> Result<Clock, StoreError> {
        let _ = world;
        Ok(Clock::Real)
    }
}

/// A username as it is compared: without regard to case.
#[must_use]
pub fn folded(username: &str) -> String {
    username.to_lowercase()
}
