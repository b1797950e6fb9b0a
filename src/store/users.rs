//! Users as the APIs share them, and the ways to keep one with all its faces.

use std::collections::HashMap;

use uuid::Uuid;

use super::facets::{self, users};
use super::rows::Columns;
use super::{StoreError, Transaction, folded, keep, lists};
use crate::model::{Api, User};

/// A user where it is stored, as a transaction has read it: with all faces or with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The user.
    pub user: User,
    /// Its number in the world, which its row is found by.
    pub(super) number: i64,
}

const USED: &str = "select 1 from user where id = ?1 union all select 1 from reseller_account where id = ?1";

impl Transaction {
    /// A user with all facets, by its shared id.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn user(&mut self, id: Uuid) -> Result<Option<User>, StoreError> {
        self.one(users!(all, "where id = ?"), [id.as_bytes()], facets::whole_user)
    }

    /// A user with all facets, by username without regard to case.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn user_by_username(&mut self, username: &str) -> Result<Option<User>, StoreError> {
        self.one(users!(all, "where username_folded = ?"), [folded(username)], facets::whole_user)
    }

    /// The first user, in order, with an e-mail address, compared without regard to ASCII case.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn user_by_email(&mut self, email: &str) -> Result<Option<User>, StoreError> {
        let sql = users!(all, "where lower(email) = lower(?) and email is not null order by number limit 1");
        self.one(sql, [email], facets::whole_user)
    }

    /// Every user with all facets, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn users(&mut self) -> Result<Vec<User>, StoreError> {
        self.many(users!(all, "order by number"), [], facets::whole_user)
    }

    /// Whether a user other than `except` has this username, without regard to case.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn username_taken(&mut self, username: &str, except: Uuid) -> Result<bool, StoreError> {
        let sql = "select 1 from user where username_folded = ? and id <> ?";
        self.any(sql, (folded(username), except.as_bytes()))
    }

    /// The users among these usernames: the number in the world by folded username (see [`crate::store::folded`]).
    ///
    /// # Errors
    /// Faults of the database.
    pub fn find_usernames(&mut self, usernames: &[String]) -> Result<HashMap<String, i64>, StoreError> {
        self.find("select number from user where username_folded = ?", usernames)
    }

    /// Runs a statement that gives the number of a user by its folded username for each of them.
    pub(super) fn find(&mut self, sql: &str, usernames: &[String]) -> Result<HashMap<String, i64>, StoreError> {
        let mut found = HashMap::with_capacity(usernames.len());
        for username in usernames {
            let folded = folded(username);
            if let Some(number) = self.value(sql, [&folded])? {
                found.insert(folded, number);
            }
        }
        Ok(found)
    }

    /// The first of the identifiers that `next` makes that no user and no account has: with `--ids-seed` a server on a durable
    /// database makes the same ones again after a restart.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn unused_id(&mut self, mut next: impl FnMut() -> Uuid) -> Result<Uuid, StoreError> {
        loop {
            let id = next();
            if !self.any(USED, [id.as_bytes()])? {
                return Ok(id);
            }
        }
    }

    /// Adds a user after all others, with the facets it has.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `username`, `id` or `userId`.
    pub fn insert(&mut self, user: &User) -> Result<(), StoreError> {
        self.insert_all(std::slice::from_ref(user))
    }

    /// Adds many users after all others.
    ///
    /// # Errors
    /// As [`Transaction::insert`].
    pub fn insert_all(&mut self, users: &[User]) -> Result<(), StoreError> {
        let first: Option<i64> = self.value("select coalesce(max(number), 0) + 1 from user", [])?;
        keep::insert(self.connection(), first.unwrap_or(1), users)
    }

    /// Keeps the shared members and the facets that are present, adding facets the user did not have. A facet that
    /// is absent from `user` stays as it is stored; see [`Transaction::remove_facet`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] as for insert; [`StoreError::NotFound`] when no user has the id.
    pub fn save(&mut self, user: &User) -> Result<(), StoreError> {
        let whole = |columns: &mut Columns<'_>| facets::stored(columns, facets::whole_user);
        let stored = self.one(users!(all, "where id = ?"), [user.id.as_bytes()], whole)?;
        keep::change(self.connection(), &stored.ok_or(StoreError::NotFound("user"))?, user)
    }

    /// The same for a user that this transaction has read, with the faces that `after` has.
    ///
    /// # Errors
    /// As [`Transaction::save`].
    pub fn change(&mut self, before: &Stored, after: &User) -> Result<(), StoreError> {
        keep::change(self.connection(), before, after)
    }

    /// Takes a user out of one API; a user without facets is gone. Says whether there was such a facet.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn remove_facet(&mut self, id: Uuid, api: Api) -> Result<bool, StoreError> {
        let sql = match api {
            Api::Pbnb => {
                "update user set pbnb_account = null, pbnb_user = null where id = ? and pbnb_account is not null"
            }
            Api::Reseller => {
                self.leave_tenants(id)?;
                "update user set reseller_tenant = null where id = ? and reseller_tenant is not null"
            }
            Api::Expoints => "update user set expoints_external = null where id = ? and expoints_external is not null",
            Api::AdminUsers => "update user set admin_account = null where id = ? and admin_account is not null",
        };
        let removed = self.run(sql, [id.as_bytes()])?;
        let faceless = "delete from user where id = ? and pbnb_account is null and reseller_tenant is null \
                        and expoints_external is null and admin_account is null";
        self.run(faceless, [id.as_bytes()])?;
        Ok(removed > 0)
    }

    /// Removes a user with every facet. Says whether there was one.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn remove_user(&mut self, id: Uuid) -> Result<bool, StoreError> {
        self.leave_tenants(id)?;
        Ok(self.run("delete from user where id = ?", [id.as_bytes()])? > 0)
    }

    fn leave_tenants(&mut self, id: Uuid) -> Result<(), StoreError> {
        let sql = "select number, reseller_memberships from user where id = ? and reseller_tenant is not null";
        let stored = self.one(sql, [id.as_bytes()], |columns| {
            Ok((columns.next()?, lists::memberships(columns.text()?.unwrap_or_default())?))
        })?;
        match stored {
            Some((number, memberships)) => keep::leave_tenants(self.connection(), number, &memberships),
            None => Ok(()),
        }
    }
}
