//! One unit of work in one world: a snapshot to read, or the only writer. Dropped without `commit` it leaves no
//! trace.

use super::StoreError;
use crate::clock::Clock;
use crate::contract::DateTime;
use crate::state::Document;

/// A transaction in one world.
#[derive(Debug)]
pub struct Transaction {}

impl Transaction {
    /// Makes everything that was written here last.
    ///
    /// # Errors
    /// Faults of the database; then nothing was written.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(())
    }

    /// The world's clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock::Real
    }

    /// What the world's clock shows, UTC.
    #[must_use]
    pub fn now(&self) -> DateTime {
        self.clock().now()
    }

    /// Sets the world's clock.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn set_clock(&mut self, clock: Clock) -> Result<(), StoreError> {
        let _ = clock;
        Ok(())
    }

    /// The world as a document.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn export(&mut self) -> Result<Document, StoreError> {
        Ok(Document::default())
    }

    /// Makes the world what a document says; nothing that was there stays.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn replace(&mut self, document: &Document) -> Result<(), StoreError> {
        let _ = document;
        Ok(())
    }
}
