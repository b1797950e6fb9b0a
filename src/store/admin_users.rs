//! What Admin users asks: users, accounts and languages.

use uuid::Uuid;

use super::facets::{self, users};
use super::remembered::Key;
use super::{StoreError, Stored, Transaction, rows};
use crate::model::{Named, User};

impl Transaction {
    /// One user with this facet only, if Admin users shows it.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn admin_user(&mut self, id: Uuid) -> Result<Option<Stored>, StoreError> {
        let one = users!(admin_users, "where id = ? and admin_account is not null");
        let near = users!(admin_users, "where number between ? and ? and admin_account is not null");
        self.stored(Key::AdminUsers(id), (one, near), [id.as_bytes()], facets::admin_user)
    }

    /// Every user that Admin users shows, with this facet only, super users included, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn admin_users(&mut self) -> Result<Vec<User>, StoreError> {
        self.many(users!(admin_users, "where admin_account is not null order by number"), [], facets::admin_user)
    }

    /// The users of an account, super users left out, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn admin_users_of(&mut self, account: Uuid) -> Result<Vec<User>, StoreError> {
        let sql = users!(admin_users, "where admin_account = ? and admin_super = 0 order by number");
        self.many(sql, [account.as_bytes()], facets::admin_user)
    }

    /// Every account, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn admin_accounts(&mut self) -> Result<Vec<Named>, StoreError> {
        self.many("select id, name from admin_account order by position", [], rows::named)
    }

    /// Every language, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn admin_languages(&mut self) -> Result<Vec<Named>, StoreError> {
        self.many("select id, name from admin_language order by position", [], rows::named)
    }

    /// One language.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn language(&mut self, id: Uuid) -> Result<Option<Named>, StoreError> {
        self.one("select id, name from admin_language where id = ?", [id.as_bytes()], rows::named)
    }
}
