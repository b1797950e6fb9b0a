//! What Expoints asks: roles, the whole list of users, and changes to many users at once, which cost a few
//! statements however many users they name.

use std::collections::{HashMap, HashSet};

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::facets::{self, whole_user};
use super::rows::{self, Columns, in_lists, write_rows};
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
        let statement = sqlx::query(whole_user!("where u.world = $1 and e.number is not null order by u.number"));
        self.many(statement.bind(self.world())).await
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

    /// The Expoints users among these usernames: the id by folded username (see [`crate::store::folded`]).
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn expoints_find(&mut self, usernames: &[String]) -> Result<HashMap<String, Uuid>, StoreError> {
        self.find(
            "select u.username_folded, u.id from users u join expoints_user e \
             on e.world = u.world and e.number = u.number where u.world = $1 and u.username_folded in",
            usernames,
        )
        .await
    }

    /// Stores many changes and marks the users as modified now. The last change to a user counts.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when a user does not exist.
    pub async fn expoints_replace(&mut self, updates: &[ExpointsUpdate]) -> Result<(), StoreError> {
        let last: HashMap<Uuid, &ExpointsUpdate> = updates.iter().map(|update| (update.id, update)).collect();
        let ids: Vec<Uuid> = last.keys().copied().collect();
        let mut numbered = Vec::with_capacity(ids.len());
        for (list, chunk) in in_lists(&ids) {
            let sql = format!("select number, id from users where world = $1 and id in ({list})");
            let mut statement = sqlx::query(AssertSqlSafe(sql)).persistent(false).bind(self.world());
            for id in chunk {
                statement = statement.bind(id.as_bytes().as_slice());
            }
            for row in &statement.fetch_all(self.connection()).await? {
                let mut columns = Columns::of(row);
                let number: i64 = columns.next()?;
                numbered.push((number, *last.get(&columns.guid()?).ok_or(StoreError::NotFound("user"))?));
            }
        }
        if numbered.len() < last.len() {
            return Err(StoreError::NotFound("user"));
        }
        // In the order of the table, so that neighbours are written together.
        numbered.sort_unstable_by_key(|(number, _)| *number);
        let facets: Vec<_> = numbered.iter().map(|(number, update)| (*number, &update.facet)).collect();
        let (world, now) = (self.world(), self.now().ticks);
        facets::put_expoints(self.connection(), world, &facets).await?;
        let head = "with changed (world, number, email, modified_at) as (";
        let tail = ") update users set email = coalesce(changed.email, users.email), \
                    modified_at = changed.modified_at from changed \
                    where users.world = changed.world and users.number = changed.number";
        write_rows(self.connection(), world, (head, 3, tail), &numbered, |statement, (number, update)| {
            Ok(statement.bind(number).bind(update.email.as_deref()).bind(now))
        })
        .await
    }
}
