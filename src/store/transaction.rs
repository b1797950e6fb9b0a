//! One unit of work in one world: a snapshot to read, or the only writer. Dropped without `commit` it leaves no
//! trace.

use std::fmt;
use std::sync::Arc;

use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard};

use super::{Live, Shared, StoreError, document, worlds};
use crate::clock::Clock;
use crate::contract::DateTime;
use crate::state::Document;

/// A transaction in one world.
pub struct Transaction {
    // Dropped in this order: the connection gives up its locks before the next writer gets its turn.
    handle: Handle,
    guard: Guard,
    live: Arc<Live>,
    clock: Clock,
}

enum Handle {
    /// Statements on their own, kept together by the guard.
    Plain(PoolConnection<Sqlite>),
    Begun(sqlx::Transaction<'static, Sqlite>),
}

/// What keeps writers away while a transaction lives.
pub(super) enum Guard {
    None,
    Shared(#[allow(dead_code)] OwnedRwLockReadGuard<()>),
    Alone(#[allow(dead_code)] OwnedRwLockWriteGuard<()>),
}

impl Transaction {
    /// `None` when the world was dropped meanwhile.
    pub(super) async fn read(
        shared: &Shared,
        live: Arc<Live>,
        guard: Guard,
    ) -> Result<Option<Transaction>, StoreError> {
        let (handle, clock) = match guard {
            Guard::None => {
                let mut transaction = shared.readers.begin().await?;
                // A snapshot begins with its first statement. Asked of the snapshot itself, the clock is never that of
                // another moment than the users, whatever a writer does meanwhile.
                let Some(clock) = worlds::stored_clock(&mut transaction, live.key).await? else { return Ok(None) };
                (Handle::Begun(transaction), clock)
            }
            // Nobody writes meanwhile, so BEGIN would only cost a round trip.
            _ => (Handle::Plain(shared.readers.acquire().await?), live.clock()),
        };
        Ok(Some(Transaction { handle, guard, live, clock }))
    }

    pub(super) async fn write(
        shared: &Shared,
        live: Arc<Live>,
        turn: OwnedRwLockWriteGuard<()>,
    ) -> Result<Transaction, StoreError> {
        let handle = Handle::Begun(shared.writer.begin_with("begin immediate").await?);
        let clock = live.clock();
        Ok(Transaction { handle, guard: Guard::Alone(turn), live, clock })
    }

    /// Makes everything that was written here last.
    ///
    /// # Errors
    /// Faults of the database; then nothing was written.
    pub async fn commit(self) -> Result<(), StoreError> {
        if let Handle::Begun(transaction) = self.handle {
            transaction.commit().await?;
        }
        if matches!(self.guard, Guard::Alone(_)) {
            self.live.set_clock(self.clock);
        }
        Ok(())
    }

    /// The world's clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// What the world's clock shows, UTC.
    #[must_use]
    pub fn now(&self) -> DateTime {
        self.clock.now()
    }

    /// Sets the world's clock.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn set_clock(&mut self, clock: Clock) -> Result<(), StoreError> {
        let world = self.world();
        worlds::store_clock(self.connection(), world, clock).await?;
        self.clock = clock;
        Ok(())
    }

    /// The world as a document.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn export(&mut self) -> Result<Document, StoreError> {
        let (world, clock) = (self.world(), worlds::shown(self.clock));
        document::read(self.connection(), world, clock).await
    }

    /// The world without its users and clock: what [`Document::parse_user`] checks a user against.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn lists(&mut self) -> Result<Document, StoreError> {
        let world = self.world();
        document::lists(self.connection(), world).await
    }

    /// Makes the world what a document says; nothing that was there stays.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn replace(&mut self, document: &Document) -> Result<(), StoreError> {
        let world = self.world();
        worlds::clear(self.connection(), world).await?;
        document::load(self.connection(), world, document).await?;
        self.set_clock(worlds::clock_of(document)).await
    }

    pub(super) fn world(&self) -> i64 {
        self.live.key
    }

    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        match &mut self.handle {
            Handle::Plain(connection) => connection,
            Handle::Begun(transaction) => transaction,
        }
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("world", &self.live.key).finish_non_exhaustive()
    }
}
