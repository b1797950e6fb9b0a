//! What PBNB asks: accounts, roles and the users of an account.

use super::document::{pbnb_account, pbnb_role};
use super::facets::whole_user;
use super::{StoreError, Transaction};
use crate::state::{PbnbAccount, PbnbRole, User};

impl Transaction {
    /// An account.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_account(&mut self, account: i32) -> Result<Option<PbnbAccount>, StoreError> {
        let statement = sqlx::query("select id, user_defaults from pbnb_account where world = $1 and id = $2");
        let statement = statement.bind(self.world()).bind(account);
        let row = statement.fetch_optional(self.connection()).await?;
        row.as_ref().map(pbnb_account).transpose()
    }

    /// Keeps what an account that is there holds.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not there.
    pub async fn save_pbnb_account(&mut self, account: &PbnbAccount) -> Result<(), StoreError> {
        let statement = sqlx::query("update pbnb_account set user_defaults = $1 where world = $2 and id = $3");
        let statement = statement.bind(account.user_defaults).bind(self.world()).bind(account.id);
        match statement.execute(self.connection()).await?.rows_affected() {
            0 => Err(StoreError::NotFound("account")),
            _ => Ok(()),
        }
    }

    /// One user of an account, with all facets.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_user(&mut self, account: i32, user: i32) -> Result<Option<User>, StoreError> {
        let statement =
            sqlx::query(whole_user!("where u.world = $1 and p.world = $1 and p.account_id = $2 and p.user_id = $3"));
        self.one(statement.bind(self.world()).bind(account).bind(user)).await
    }

    /// The users of an account, by number.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_users(&mut self, account: i32) -> Result<Vec<User>, StoreError> {
        let statement =
            sqlx::query(whole_user!("where u.world = $1 and p.world = $1 and p.account_id = $2 order by p.user_id"));
        self.many(statement.bind(self.world()).bind(account)).await
    }

    /// The users of an account, by number: at most so many after those that are passed over.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_users_from(&mut self, account: i32, passed: i64, most: i32) -> Result<Vec<User>, StoreError> {
        let statement = sqlx::query(whole_user!(
            "where u.world = $1 and p.world = $1 and p.account_id = $2 order by p.user_id limit $3 offset $4"
        ));
        self.many(statement.bind(self.world()).bind(account).bind(most).bind(passed)).await
    }

    /// How many users an account has.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_user_count(&mut self, account: i32) -> Result<i32, StoreError> {
        let statement = sqlx::query_scalar("select count(*) from pbnb_user where world = $1 and account_id = $2");
        let users: i64 = statement.bind(self.world()).bind(account).fetch_one(self.connection()).await?;
        Ok(i32::try_from(users).unwrap_or(i32::MAX))
    }

    /// The number the next new user of an account gets: one more than the largest, from 1.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_next_user_id(&mut self, account: i32) -> Result<i32, StoreError> {
        let statement = sqlx::query_scalar("select max(user_id) from pbnb_user where world = $1 and account_id = $2");
        let largest: Option<i32> = statement.bind(self.world()).bind(account).fetch_one(self.connection()).await?;
        Ok(largest.unwrap_or(0).max(0).saturating_add(1))
    }

    /// Every role, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_roles(&mut self) -> Result<Vec<PbnbRole>, StoreError> {
        self.list("select id, name from pbnb_role where world = $1 order by position", pbnb_role).await
    }
}
