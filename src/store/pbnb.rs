//! What PBNB asks: accounts, roles and the users of an account.

use super::document::pbnb_role;
use super::facets::whole_user;
use super::{StoreError, Transaction};
use crate::state::{PbnbRole, User};

impl Transaction {
    /// Whether there is such an account.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn pbnb_account_exists(&mut self, account: i32) -> Result<bool, StoreError> {
        let statement = sqlx::query("select 1 from pbnb_account where world = $1 and id = $2");
        self.any(statement.bind(self.world()).bind(account)).await
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
