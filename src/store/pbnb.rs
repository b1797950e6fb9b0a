//! What PBNB asks: accounts, roles and the users of an account.

use super::document::{pbnb_account, pbnb_role};
use super::facets::{self, users};
use super::remembered::Key;
use super::{StoreError, Stored, Transaction};
use crate::model::{PbnbAccount, PbnbRole, User};

impl Transaction {
    /// An account.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn pbnb_account(&mut self, account: i32) -> Result<Option<PbnbAccount>, StoreError> {
        self.one("select id, user_defaults from pbnb_account where id = ?", [account], pbnb_account)
    }

    /// Keeps what an account that is there holds.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not there.
    pub fn save_pbnb_account(&mut self, account: &PbnbAccount) -> Result<(), StoreError> {
        let sql = "update pbnb_account set user_defaults = ? where id = ?";
        match self.run(sql, (account.user_defaults, account.id))? {
            0 => Err(StoreError::NotFound("account")),
            _ => Ok(()),
        }
    }

    /// One user of an account, with this facet only.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn pbnb_user(&mut self, account: i32, user: i32) -> Result<Option<Stored>, StoreError> {
        let one = users!(pbnb, "where pbnb_account = ? and pbnb_user = ?");
        let near = users!(pbnb, "where number between ? and ? and pbnb_account is not null");
        self.stored(Key::Pbnb(account, user), (one, near), (account, user), facets::pbnb_user)
    }

    /// The users of an account with this facet only, by number.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn pbnb_users(&mut self, account: i32) -> Result<Vec<User>, StoreError> {
        self.many(users!(pbnb, "where pbnb_account = ? order by pbnb_user"), [account], facets::pbnb_user)
    }

    /// The users of an account with this facet only, by number: at most so many after those that are passed over.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn pbnb_users_from(&mut self, account: i32, passed: i64, most: i32) -> Result<Vec<User>, StoreError> {
        let sql = users!(pbnb, "where pbnb_account = ? order by pbnb_user limit ? offset ?");
        self.many(sql, (account, most, passed), facets::pbnb_user)
    }

    /// How many users an account has.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn pbnb_user_count(&mut self, account: i32) -> Result<i32, StoreError> {
        let users: Option<i64> = self.value("select count(*) from user where pbnb_account = ?", [account])?;
        Ok(i32::try_from(users.unwrap_or(0)).unwrap_or(i32::MAX))
    }

    /// The number the next new user of an account gets: one more than the largest, from 1.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn pbnb_next_user_id(&mut self, account: i32) -> Result<i32, StoreError> {
        let largest: Option<Option<i32>> =
            self.value("select max(pbnb_user) from user where pbnb_account = ?", [account])?;
        Ok(largest.flatten().unwrap_or(0).max(0).saturating_add(1))
    }

    /// Every role, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn pbnb_roles(&mut self) -> Result<Vec<PbnbRole>, StoreError> {
        self.many("select id, name from pbnb_role order by position", [], pbnb_role)
    }
}
