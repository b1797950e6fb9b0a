//! What Expoints asks: roles, the whole list of users, and changes to many users at once.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::facets::{self, users};
use super::{StoreError, Transaction, lists, rows};
use crate::model::{ExpointsFacet, ExpointsType, Named, User};

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
    /// Every Expoints user in order, with the shared members and this facet only.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn expoints_users(&mut self) -> Result<Vec<User>, StoreError> {
        self.many(users!(expoints, "where expoints_external is not null order by number"), [], facets::expoints_user)
    }

    /// Every role, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn expoints_roles(&mut self) -> Result<Vec<Named>, StoreError> {
        self.many("select id, name from expoints_role order by position", [], rows::named)
    }

    /// Those of `ids` that are no role, each once, in the order given.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn expoints_unknown_roles(&mut self, ids: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        let known: HashSet<Uuid> = self.expoints_roles()?.into_iter().map(|role| role.id).collect();
        let mut seen = HashSet::new();
        Ok(ids.iter().copied().filter(|id| !known.contains(id) && seen.insert(*id)).collect())
    }

    /// The Expoints users among these usernames: the number in the world by folded username (see
    /// [`crate::store::folded`]).
    ///
    /// # Errors
    /// Faults of the database.
    pub fn expoints_find(&mut self, usernames: &[String]) -> Result<HashMap<String, i64>, StoreError> {
        let sql = "select number from user where username_folded = ? and expoints_external is not null";
        self.find(sql, usernames)
    }

    /// Stores many changes and marks the users as modified now; a user without this facet gets it. The last change to
    /// a user counts.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when a user does not exist.
    pub fn expoints_replace(&mut self, updates: &[ExpointsUpdate]) -> Result<(), StoreError> {
        // In the order of the table, so that neighbours are written together.
        let last: BTreeMap<i64, &ExpointsUpdate> = updates.iter().map(|update| (update.number, update)).collect();
        let now = self.now().ticks;
        for (number, update) in last {
            let facet = &update.facet;
            let sql = "update user set expoints_external = ?, expoints_single_role = ?, expoints_roles = ?, \
                       modified_at = ? where number = ?";
            let external = facet.kind == ExpointsType::External;
            let values = (external, facet.has_single_active_role, lists::of_guids(&facet.roles), now, number);
            if self.run(sql, values)? == 0 {
                return Err(StoreError::NotFound("user"));
            }
            // Apart, because the address has an index to keep, and clients that send whole lists seldom change one.
            if let Some(email) = &update.email {
                let sql = "update user set email = ?1 where number = ?2 and email is not ?1";
                self.run(sql, (email, number))?;
            }
        }
        Ok(())
    }
}
