//! What Admin users asks: users, accounts and languages.

use uuid::Uuid;

use super::{StoreError, Transaction};
use crate::state::{Named, User};

impl Transaction {
    /// One user with all facets, if Admin users shows it.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn admin_user(&mut self, id: Uuid) -> Result<Option<User>, StoreError> {
        let _ = id;
        Ok(None)
    }

    /// Every user that Admin users shows, super users included, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn admin_users(&mut self) -> Result<Vec<User>, StoreError> {
        Ok(Vec::new())
    }

    /// Every account, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn admin_accounts(&mut self) -> Result<Vec<Named>, StoreError> {
        Ok(Vec::new())
    }

    /// Every language, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn admin_languages(&mut self) -> Result<Vec<Named>, StoreError> {
        Ok(Vec::new())
    }

    /// One language.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn language(&mut self, id: Uuid) -> Result<Option<Named>, StoreError> {
        let _ = id;
        Ok(None)
    }
}
