//! Users as the APIs share them, and the ways to keep one with all its facets.

use uuid::Uuid;

use super::{StoreError, Transaction};
use crate::state::{Api, User};

impl Transaction {
    /// A user with all facets, by its shared id.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn user(&mut self, id: Uuid) -> Result<Option<User>, StoreError> {
        let _ = id;
        Ok(None)
    }

    /// A user with all facets, by username without regard to case.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn user_by_username(&mut self, username: &str) -> Result<Option<User>, StoreError> {
        let _ = username;
        Ok(None)
    }

    /// The first user, in order, with an e-mail address, compared without regard to case.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn user_by_email(&mut self, email: &str) -> Result<Option<User>, StoreError> {
        let _ = email;
        Ok(None)
    }

    /// Whether a user other than `except` has this username, without regard to case.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn username_taken(&mut self, username: &str, except: Uuid) -> Result<bool, StoreError> {
        let _ = (username, except);
        Ok(false)
    }

    /// Adds a user after all others, with the facets it has.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `username`, `id` or `userId`.
    pub async fn insert(&mut self, user: &User) -> Result<(), StoreError> {
        let _ = user;
        Ok(())
    }

    /// Keeps the shared members and the facets that are present, adding facets the user did not have. A facet that
    /// is absent from `user` stays as it is stored; see [`Transaction::remove_facet`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] as for insert; [`StoreError::NotFound`] when no user has the id.
    pub async fn save(&mut self, user: &User) -> Result<(), StoreError> {
        let _ = user;
        Ok(())
    }

    /// Takes a user out of one API; a user without facets is gone. Says whether there was such a facet.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn remove_facet(&mut self, id: Uuid, api: Api) -> Result<bool, StoreError> {
        let _ = (id, api);
        Ok(false)
    }

    /// Removes a user with every facet. Says whether there was one.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn remove_user(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let _ = id;
        Ok(false)
    }
}
