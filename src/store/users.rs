//! Users as the APIs share them, and the ways to keep one with all its facets.

use std::collections::HashMap;

use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::facets::{self, whole_user};
use super::rows::{Columns, Statement, in_lists};
use super::{StoreError, Transaction, folded, keep};
use crate::state::{Api, User};

impl Transaction {
    /// A user with all facets, by its shared id.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn user(&mut self, id: Uuid) -> Result<Option<User>, StoreError> {
        let statement = sqlx::query(whole_user!("where u.world = $1 and u.id = $2"));
        self.one(statement.bind(self.world()).bind(id.as_bytes().as_slice())).await
    }

    /// A user with all facets, by username without regard to case.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn user_by_username(&mut self, username: &str) -> Result<Option<User>, StoreError> {
        let statement = sqlx::query(whole_user!("where u.world = $1 and u.username_folded = $2"));
        self.one(statement.bind(self.world()).bind(folded(username))).await
    }

    /// The first user, in order, with an e-mail address, compared without regard to ASCII case.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn user_by_email(&mut self, email: &str) -> Result<Option<User>, StoreError> {
        let statement =
            sqlx::query(whole_user!("where u.world = $1 and lower(u.email) = lower($2) order by u.number limit 1"));
        self.one(statement.bind(self.world()).bind(email)).await
    }

    /// Every user with all facets, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn users(&mut self) -> Result<Vec<User>, StoreError> {
        let statement = sqlx::query(whole_user!("where u.world = $1 order by u.number"));
        self.many(statement.bind(self.world())).await
    }

    /// Whether a user other than `except` has this username, without regard to case.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn username_taken(&mut self, username: &str, except: Uuid) -> Result<bool, StoreError> {
        let statement = sqlx::query("select 1 from users where world = $1 and username_folded = $2 and id <> $3");
        let statement = statement.bind(self.world()).bind(folded(username)).bind(except.as_bytes().to_vec());
        Ok(statement.fetch_optional(self.connection()).await?.is_some())
    }

    /// The users among these usernames: the number in the world by folded username (see [`crate::store::folded`]).
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn find_usernames(&mut self, usernames: &[String]) -> Result<HashMap<String, i64>, StoreError> {
        self.find("select username_folded, number from users where world = ? and username_folded in", usernames).await
    }

    /// Runs a statement that ends in `in` for as many usernames as there are.
    pub(super) async fn find(&mut self, sql: &str, usernames: &[String]) -> Result<HashMap<String, i64>, StoreError> {
        let mut found = HashMap::with_capacity(usernames.len());
        for (list, chunk) in in_lists(usernames) {
            let mut statement = sqlx::query(AssertSqlSafe(format!("{sql} {list}"))).bind(self.world());
            for username in chunk {
                statement = statement.bind(folded(username));
            }
            for row in &statement.persistent(false).fetch_all(self.connection()).await? {
                let mut columns = Columns::of(row);
                found.insert(columns.next()?, columns.next()?);
            }
        }
        Ok(found)
    }

    /// Adds a user after all others, with the facets it has.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `username`, `id` or `userId`.
    pub async fn insert(&mut self, user: &User) -> Result<(), StoreError> {
        self.insert_all(std::slice::from_ref(user)).await
    }

    /// Adds many users after all others, in a few statements however many there are.
    ///
    /// # Errors
    /// As [`Transaction::insert`].
    pub async fn insert_all(&mut self, users: &[User]) -> Result<(), StoreError> {
        let last: Option<i64> = sqlx::query_scalar("select max(number) from users where world = $1")
            .bind(self.world())
            .fetch_one(self.connection())
            .await?;
        let first = last.unwrap_or(0) + 1;
        let numbered: Vec<(i64, &User)> = (first..).zip(users).collect();
        let world = self.world();
        keep::insert(self.connection(), world, &numbered).await
    }

    /// Keeps the shared members and the facets that are present, adding facets the user did not have. A facet that
    /// is absent from `user` stays as it is stored; see [`Transaction::remove_facet`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] as for insert; [`StoreError::NotFound`] when no user has the id.
    pub async fn save(&mut self, user: &User) -> Result<(), StoreError> {
        let number: Option<i64> = sqlx::query_scalar(
            "update users set username = $1, username_folded = $2, email = $3, display_name = $4, password = $5, \
             enabled = $6, created_at = $7, modified_at = $8 where world = $9 and id = $10 returning number",
        )
        .bind(user.username.as_deref())
        .bind(user.username.as_deref().map(folded))
        .bind(user.email.as_deref())
        .bind(user.display_name.as_deref())
        .bind(user.password.as_deref())
        .bind(user.enabled)
        .bind(user.created_at.ticks)
        .bind(user.modified_at.ticks)
        .bind(self.world())
        .bind(user.id.as_bytes().as_slice())
        .fetch_optional(self.connection())
        .await?;
        let number = number.ok_or(StoreError::NotFound("user"))?;
        if user.reseller.is_some() {
            self.leave_tenants(number).await?;
        }
        let world = self.world();
        keep::put_all(self.connection(), world, &[(number, user)]).await
    }

    /// Takes a user out of one API; a user without facets is gone. Says whether there was such a facet.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn remove_facet(&mut self, id: Uuid, api: Api) -> Result<bool, StoreError> {
        let Some(number) = self.number_of(id).await? else { return Ok(false) };
        let sql = match api {
            Api::Pbnb => "delete from pbnb_user where world = $1 and number = $2",
            Api::Reseller => {
                self.leave_tenants(number).await?;
                "delete from reseller_user where world = $1 and number = $2"
            }
            Api::Expoints => "delete from expoints_user where world = $1 and number = $2",
            Api::AdminUsers => "delete from admin_user where world = $1 and number = $2",
        };
        let removed = self.execute(sql, number).await?;
        self.execute(
            "delete from users where world = $1 and number = $2 \
             and not exists (select 1 from pbnb_user where world = $1 and number = $2) \
             and not exists (select 1 from reseller_user where world = $1 and number = $2) \
             and not exists (select 1 from expoints_user where world = $1 and number = $2) \
             and not exists (select 1 from admin_user where world = $1 and number = $2)",
            number,
        )
        .await?;
        Ok(removed > 0)
    }

    /// Removes a user with every facet. Says whether there was one.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn remove_user(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let Some(number) = self.number_of(id).await? else { return Ok(false) };
        self.leave_tenants(number).await?;
        for sql in [
            "delete from pbnb_user where world = $1 and number = $2",
            "delete from reseller_user where world = $1 and number = $2",
            "delete from expoints_user where world = $1 and number = $2",
            "delete from admin_user where world = $1 and number = $2",
            "delete from users where world = $1 and number = $2",
        ] {
            self.execute(sql, number).await?;
        }
        Ok(true)
    }

    /// Forgets which tenants a user belongs to. Walks the accounts, because the table is ordered by tenant.
    async fn leave_tenants(&mut self, number: i64) -> Result<(), StoreError> {
        self.execute(
            "delete from reseller_membership where world = $1 and number = $2 \
             and tenant in (select id from reseller_account where world = $1)",
            number,
        )
        .await?;
        Ok(())
    }

    async fn number_of(&mut self, id: Uuid) -> Result<Option<i64>, StoreError> {
        let statement = sqlx::query_scalar("select number from users where world = $1 and id = $2");
        let statement = statement.bind(self.world()).bind(id.as_bytes().to_vec());
        Ok(statement.fetch_optional(self.connection()).await?)
    }

    async fn execute(&mut self, sql: &'static str, number: i64) -> Result<u64, StoreError> {
        let statement = sqlx::query(sql).bind(self.world()).bind(number);
        Ok(statement.execute(self.connection()).await?.rows_affected())
    }

    /// The user of a `whole_user!` statement that gives one row or none.
    pub(super) async fn one(&mut self, statement: Statement<'_>) -> Result<Option<User>, StoreError> {
        let row = statement.fetch_optional(self.connection()).await?;
        row.as_ref().map(facets::user).transpose()
    }

    /// The users of a `whole_user!` statement.
    pub(super) async fn many(&mut self, statement: Statement<'_>) -> Result<Vec<User>, StoreError> {
        let rows = statement.fetch_all(self.connection()).await?;
        rows.iter().map(facets::user).collect()
    }

    /// Whether a statement over `$1` the world gives a row.
    pub(super) async fn any(&mut self, statement: Statement<'_>) -> Result<bool, StoreError> {
        Ok(statement.fetch_optional(self.connection()).await?.is_some())
    }

    /// The rows of a list, each through `read`.
    pub(super) async fn list<T>(
        &mut self,
        sql: &'static str,
        read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let statement = sqlx::query(sql).bind(self.world());
        statement.fetch_all(self.connection()).await?.iter().map(read).collect()
    }
}
