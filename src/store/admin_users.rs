//! What Admin users asks: users, accounts and languages.

use uuid::Uuid;

use super::facets::whole_user;
use super::{StoreError, Transaction, rows};
use crate::state::{Named, User};

impl Transaction {
    /// One user with all facets, if Admin users shows it.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn admin_user(&mut self, id: Uuid) -> Result<Option<User>, StoreError> {
        let statement = sqlx::query(whole_user!("where u.world = $1 and u.id = $2 and a.number is not null"));
        self.one(statement.bind(self.world()).bind(id.as_bytes().as_slice())).await
    }

    /// Every user that Admin users shows, super users included, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn admin_users(&mut self) -> Result<Vec<User>, StoreError> {
        let statement = sqlx::query(whole_user!("where u.world = $1 and a.number is not null order by u.number"));
        self.many(statement.bind(self.world())).await
    }

    /// The users of an account, super users left out, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn admin_users_of(&mut self, account: Uuid) -> Result<Vec<User>, StoreError> {
        let statement =
            sqlx::query(whole_user!("where u.world = $1 and a.account_id = $2 and a.super_user = 0 order by u.number"));
        self.many(statement.bind(self.world()).bind(account.as_bytes().as_slice())).await
    }

    /// Every account, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn admin_accounts(&mut self) -> Result<Vec<Named>, StoreError> {
        self.list("select id, name from admin_account where world = $1 order by position", rows::named).await
    }

    /// Every language, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn admin_languages(&mut self) -> Result<Vec<Named>, StoreError> {
        self.list("select id, name from admin_language where world = $1 order by position", rows::named).await
    }

    /// One language.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn language(&mut self, id: Uuid) -> Result<Option<Named>, StoreError> {
        Ok(self.admin_languages().await?.into_iter().find(|language| language.id == id))
    }
}
