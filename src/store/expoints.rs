//! What Expoints asks: roles, the whole list of users, and changes to many users at once, which cost a few
//! statements however many users they name.

use std::collections::{BTreeMap, HashMap, HashSet};

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::facets;
use super::rows::{self, in_lists, write_rows};
use super::{StoreError, Transaction, keep};
use crate::state::{ExpointsFacet, Named, User};

/// A change to one Expoints user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpointsUpdate {
    /// The user's number in its world, as [`Transaction::expoints_find`] and [`Transaction::find_usernames`] give it.
    pub number: i64,
    /// The new e-mail address; `None` keeps the stored one.
    pub email: Option<String>,
    /// Its facet as a whole.
    pub facet: ExpointsFacet,
}

impl Transaction {
    /// Every Expoints user in order, with the shared members and this facet only: the one list that vendors page
    /// nowhere, so it must be cheap.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn expoints_users(&mut self) -> Result<Vec<User>, StoreError> {
        let statement = sqlx::query(facets::EXPOINTS_USERS).bind(self.world());
        statement.fetch_all(self.connection()).await?.iter().map(facets::expoints_user).collect()
    }

    /// Every role, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn expoints_roles(&mut self) -> Result<Vec<Named>, StoreError> {
        self.list("select id, name from expoints_role where world = $1 order by position", rows::named).await
    }

    /// Those of `ids` that are no role, each once, in the order given.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn expoints_unknown_roles(&mut self, ids: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        let known: HashSet<Uuid> = self.expoints_roles().await?.into_iter().map(|role| role.id).collect();
        let mut seen = HashSet::new();
        Ok(ids.iter().copied().filter(|id| !known.contains(id) && seen.insert(*id)).collect())
    }

    /// The Expoints users among these usernames: the number in the world by folded username (see
    /// [`crate::store::folded`]).
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn expoints_find(&mut self, usernames: &[String]) -> Result<HashMap<String, i64>, StoreError> {
        self.find(
            "select u.username_folded, u.number from users u join expoints_user e \
             on e.world = u.world and e.number = u.number where u.world = ? and u.username_folded in",
            usernames,
        )
        .await
    }

    /// Stores many changes and marks the users as modified now; a user without this facet gets it. The last change to
    /// a user counts.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when a user does not exist.
    pub async fn expoints_replace(&mut self, updates: &[ExpointsUpdate]) -> Result<(), StoreError> {
        // In the order of the table, so that neighbours are written together.
        let last: BTreeMap<i64, &ExpointsUpdate> = updates.iter().map(|update| (update.number, update)).collect();
        let numbers: Vec<i64> = last.keys().copied().collect();
        if self.count(&numbers).await? < numbers.len() {
            return Err(StoreError::NotFound("user"));
        }
        let facets: Vec<_> = last.iter().map(|(number, update)| (*number, &update.facet)).collect();
        let (world, now) = (self.world(), self.now().ticks);
        keep::put_expoints(self.connection(), world, &facets).await?;
        let head = "with changed (world, number, modified_at) as (";
        let tail = ") update users set modified_at = changed.modified_at from changed \
                    where users.world = changed.world and users.number = changed.number";
        write_rows(self.connection(), world, (head, 2, tail), &numbers, |statement, number| {
            Ok(statement.bind(number).bind(now))
        })
        .await?;
        // Apart, because the address has an index to keep, and clients that send whole lists seldom change one.
        let emails: Vec<(i64, &str)> =
            last.iter().filter_map(|(number, update)| Some((*number, update.email.as_deref()?))).collect();
        let head = "with changed (world, number, email) as (";
        let tail = ") update users set email = changed.email from changed where users.world = changed.world \
                    and users.number = changed.number and users.email is not changed.email";
        write_rows(self.connection(), world, (head, 2, tail), &emails, |statement, (number, email)| {
            Ok(statement.bind(number).bind(*email))
        })
        .await
    }

    /// How many of these numbers are users.
    async fn count(&mut self, numbers: &[i64]) -> Result<usize, StoreError> {
        let mut known = 0;
        for (list, chunk) in in_lists(numbers) {
            let sql = format!("select count(*) from users where world = ? and number in {list}");
            let mut statement = sqlx::query_scalar(AssertSqlSafe(sql)).persistent(false).bind(self.world());
            for number in chunk {
                statement = statement.bind(number);
            }
            let found: i64 = statement.fetch_one(self.connection()).await?;
            known += usize::try_from(found).unwrap_or(0);
        }
        Ok(known)
    }
}
