//! One unit of work in one world, alone with it while it lives. Dropped without `commit` it leaves no trace.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::types::FromSql;
use rusqlite::{Connection, Params};
use tokio::sync::OwnedMutexGuard;

use super::database::Database;
use super::remembered::{self, FacetKey, Recalled, Remembered};
use super::rows::{self, Columns};
use super::statements::Statements;
use super::{Live, StoreError, document, worlds, write_back};
use crate::contract::DateTime;
use crate::contract::{FacetType, Key};
use crate::model::clock::Clock;
use crate::model::{Document, Schema};

/// A transaction in one world.
pub struct Transaction {
    database: OwnedMutexGuard<Database>,
    live: Arc<Live>,
    clock: Clock,
    /// Whether there is something to undo.
    begun: bool,
}

impl Transaction {
    /// Nobody writes while a reader is alone with the world, so it needs no `begin`.
    pub(super) fn read(live: Arc<Live>, database: OwnedMutexGuard<Database>) -> Transaction {
        let clock = live.clock();
        Transaction { database, live, clock, begun: false }
    }

    pub(super) fn write(live: Arc<Live>, database: OwnedMutexGuard<Database>) -> Result<Transaction, StoreError> {
        let mut transaction = Transaction::read(live, database);
        transaction.run("begin immediate", [])?;
        transaction.begun = true;
        Ok(transaction)
    }

    /// Makes everything that was written here last.
    ///
    /// # Errors
    /// Faults of the database; then nothing was written.
    pub fn commit(mut self) -> Result<(), StoreError> {
        if self.begun {
            self.run("commit", [])?;
            self.begun = false;
            self.live.set_clock(self.clock);
            if let Some(path) = self.database.due() {
                write_back::start(path, &self.live.database);
            }
        }
        Ok(())
    }

    /// Does long work on a thread of its own, so that other requests go on meanwhile.
    ///
    /// # Errors
    /// Those of the work, and a fault when it panics.
    pub(crate) async fn on_blocking_thread<T, E>(
        self,
        work: impl FnOnce(Transaction) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let done = tokio::task::spawn_blocking(move || work(self)).await;
        done.unwrap_or_else(|failed| Err(StoreError::Fault(failed.into()).into()))
    }

    /// The world's clock.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn clock(&self) -> Clock {
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
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn set_clock(&mut self, clock: Clock) -> Result<(), StoreError> {
        self.database.set_clock(clock)?;
        self.clock = clock;
        Ok(())
    }

    /// The world as a document.
    ///
    /// # Errors
    /// Faults of the database.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn export(&mut self) -> Result<Document, StoreError> {
        document::read(self.connection(), &self.statements(), worlds::shown(self.clock))
    }

    /// The world without its users and clock: what [`Schema::parse_user`] checks a user against.
    ///
    /// # Errors
    /// Faults of the database.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn lists(&mut self) -> Result<Document, StoreError> {
        document::lists(self.connection(), &self.statements())
    }

    /// Makes the world what a document says; nothing that was there stays.
    ///
    /// # Errors
    /// Faults of the database.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn replace(&mut self, document: &Document) -> Result<(), StoreError> {
        self.database.forget_tokens();
        self.database.forget_items();
        // SQLite empties a table at once, without telling of its rows.
        self.database.forget_users();
        document::replace(self.connection(), &self.statements(), document)?;
        self.set_clock(worlds::clock_of(document))
    }

    pub(super) fn database_mut(&mut self) -> &mut Database {
        &mut self.database
    }

    pub(super) fn connection(&self) -> &Connection {
        self.database.connection()
    }

    /// The one row of a statement, or none.
    pub(super) fn one<T>(
        &mut self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        rows::one(self.connection(), sql, values, read)
    }

    /// The schema of the APIs that the store serves.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn schema(&self) -> &Schema {
        &self.database.statements().schema
    }

    /// The statements of that schema.
    pub(super) fn statements(&self) -> Arc<Statements> {
        Arc::clone(self.database.statements())
    }

    /// The user that an API has under a key, from memory where that holds it.
    pub(super) fn recalled<T>(
        &mut self,
        facet: &'static FacetType,
        key: Key,
        read: fn(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let statements = self.database.statements().facet(facet)?;
        // An id is bound as a blob of 16 bytes, as every other key is one of its length.
        let by_key = || (&*statements.by_key, [key.bytes()]);
        let Some(remembered) = self.database.remembered() else {
            let (sql, values) = by_key();
            return rows::one(self.connection(), sql, values, read);
        };
        let known = match locked(remembered).recall(FacetKey(statements.place, key)) {
            Recalled::Row(columns) => return read(&mut Columns::unpacked(columns)).map(Some),
            Recalled::Changed => true,
            Recalled::Nothing => false,
        };
        // What a writer reads may yet be undone.
        let remembering = !self.begun;
        let remember = |columns: &Columns<'_>| {
            let row = Option::zip(statements.key_of(columns), columns.packed(remembered::LARGEST));
            if let (Some((key, row)), Ok(number)) = (row, columns.clone().next()) {
                locked(remembered).remember(FacetKey(statements.place, key), number, row);
            }
        };
        let mut number = None;
        let (sql, values) = by_key();
        let found = rows::one(self.connection(), sql, values, |columns| {
            if remembering && known {
                remember(columns);
            }
            number = columns.clone().next().ok();
            read(columns)
        })?;
        if let Some(number) = number.filter(|_| remembering && !known) {
            let last = rows::value(self.connection(), "select max(number) from user", [])?;
            locked(remembered).expect(last.unwrap_or_default());
            rows::many(self.connection(), &statements.neighbours, remembered::neighbours(number), |columns| {
                remember(columns);
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// The rows of a statement.
    pub(super) fn many<T>(
        &mut self,
        sql: &str,
        values: impl Params,
        read: impl Fn(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        rows::many(self.connection(), sql, values, read)
    }

    /// The first column of a statement's row, if there is a row.
    pub(super) fn value<T: FromSql>(&mut self, sql: &str, values: impl Params) -> Result<Option<T>, StoreError> {
        rows::value(self.connection(), sql, values)
    }

    /// Whether a statement gives a row.
    pub(super) fn any(&mut self, sql: &str, values: impl Params) -> Result<bool, StoreError> {
        Ok(self.value::<i64>(sql, values)?.is_some())
    }

    /// Runs a statement that gives no rows; says how many it changed.
    pub(super) fn run(&mut self, sql: &str, values: impl Params) -> Result<usize, StoreError> {
        rows::run(self.connection(), sql, values)
    }
}

fn locked(remembered: &Mutex<Remembered>) -> MutexGuard<'_, Remembered> {
    remembered.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.begun {
            return;
        }
        self.database.forget_tokens();
        self.database.forget_items();
        if let Err(error) = self.run("rollback", []) {
            // After a full disk SQLite has undone the work by itself and says that there is nothing to undo.
            tracing::debug!(%error, "a transaction was undone already");
        }
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("begun", &self.begun).finish_non_exhaustive()
    }
}
