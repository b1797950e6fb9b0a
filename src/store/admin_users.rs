//! What Admin users asks: users, accounts and languages.

use uuid::Uuid;

use super::facets::{self, whole_user};
use super::{StoreError, Transaction, rows};
use crate::state::{Named, User};

impl Transaction {
    /// One user with all facets, if Admin users shows it.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn admin_user(&mut self, id: Uuid) -> Result<Option<User>, StoreError> {
        self.one(whole_user!("where id = ? and admin_account is not null"), [id.as_bytes()], facets::user)
    }

    /// Every user that Admin users shows, super users included, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn admin_users(&mut self) -> Result<Vec<User>, StoreError> {
        self.many(whole_user!("where admin_account is not null order by number"), [], facets::user)
    }

    /// The users of an account, super users left out, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn admin_users_of(&mut self, account: Uuid) -> Result<Vec<User>, StoreError> {
        let sql = whole_user!("where admin_account = ? and admin_super = 0 order by number");
        self.many(sql, [account.as_bytes()], facets::user)
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
