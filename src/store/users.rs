//! Users as one API reads and changes them: the shared members and that API's facet.

use super::keys;
use super::rows::Columns;
use super::statements::{self, EMAIL_FOLDED, USERNAME_FOLDED, read_body, read_shared, read_values};
use super::write_users::{self, FacetChange};
use super::{StoreError, Transaction, body, folded};
use crate::contract::{Facet, FacetType, KeyPart};
use crate::model::{FacetRecord, User, UserRecord, UserWith};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// A user of one API as it is stored and a transaction has read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<F> {
    /// The user.
    pub user: UserWith<F>,
    /// Its number in the world, by which its row is found.
    pub(super) number: i64,
}

/// A change of one facet among many, for [`Transaction::replace_facets`].
#[derive(Debug, Clone, PartialEq)]
pub struct FacetUpdate<F> {
    /// The user's number in its world, as [`Transaction::numbers_of`] gives it.
    pub number: i64,
    /// The new e-mail address; `None` keeps the stored one.
    pub email: Option<String>,
    /// The facet as a whole.
    pub facet: F,
}

/// The part of a list to return.
#[derive(Debug, Clone, Copy)]
pub enum Page {
    /// All.
    All,
    /// At most `limit` after the first `offset`.
    Part {
        /// The number of entries to skip.
        offset: i64,
        /// The largest number of entries to return.
        limit: i64,
    },
}

impl Page {
    /// The first user or item alone.
    pub const FIRST: Page = Page::Part { offset: 0, limit: 1 };

    /// `limit` and `offset`, as SQLite takes them.
    pub(super) fn bounds(self) -> (i64, i64) {
        match self {
            Page::All => (-1, 0),
            Page::Part { offset, limit } => (limit, offset),
        }
    }
}

fn stored<F: Facet>(columns: &mut Columns<'_>) -> Result<Stored<F>, StoreError> {
    let (number, shared) = read_shared(columns)?;
    Ok(Stored { user: UserWith { shared, facet: read_body(columns)? }, number })
}

impl Transaction {
    /// The user that an API has under a key.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn find<F: Facet>(&mut self, key: F::Key) -> Result<Option<Stored<F>>, StoreError> {
        let find = |transaction: &mut Transaction| transaction.find_by_key(F::TYPE, key.to_key(), stored);
        self.reading_a_user(find, |found| found.number)
    }

    /// The user of an id with one API's facet, whatever key that API has for it; `None` when the API does not know it.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn user_of(&mut self, facet: &'static FacetType, id: Uuid) -> Result<Option<UserRecord>, StoreError> {
        let statements = self.statements();
        self.one(&statements.facet(facet)?.by_id, [id.as_bytes()], |columns| {
            let (_, shared) = read_shared(columns)?;
            Ok(UserRecord { shared, facets: vec![FacetRecord { facet, values: read_values(facet.members, columns)? }] })
        })
    }

    /// Every user of an API, in the order in which they were made.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn all<F: Facet>(&mut self) -> Result<Vec<Stored<F>>, StoreError> {
        let statements = self.statements();
        let facet = statements.facet(F::TYPE)?;
        let sql = format!("{} where u.{} is not null order by u.number", facet.select, facet.column);
        self.many(&sql, [], stored)
    }

    /// The users of a container: in the order of their keys where the key begins with the container, else in the order
    /// in which they were made.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn members<F: Facet>(&mut self, container: impl KeyPart, page: Page) -> Result<Vec<Stored<F>>, StoreError> {
        let statements = self.statements();
        let facet = statements.facet(F::TYPE)?;
        let (limit, offset) = page.bounds();
        if F::TYPE.lists_by_key() {
            let (first, end) = keys::range(container);
            let sql = format!(
                "{} join facet_key k on u.number = k.number \
                 where k.api = '{}' and k.key >= ? and k.key < ? order by k.key limit ? offset ?",
                facet.select,
                F::TYPE.api
            );
            return self.many(&sql, (first, end, limit, offset), stored);
        }
        let sql = format!(
            "{} where u.number in (select user from container_user where container = \
             (select number from container where api = '{}' and id = ?)) \
             order by u.number limit ? offset ?",
            facet.select,
            F::TYPE.api
        );
        self.many(&sql, (container.to_key().bytes(), limit, offset), stored)
    }

    /// The number of users of a container that keys begin with.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn member_count<F: Facet>(&mut self, container: impl KeyPart) -> Result<i64, StoreError> {
        let (first, end) = keys::range(container);
        let sql = "select count(*) from facet_key where api = ? and key >= ? and key < ?";
        Ok(self.value(sql, (F::TYPE.api, first, end))?.unwrap_or(0))
    }

    /// The number that the next new user of a container gets where a key ends in a number: one more than the largest,
    /// from 1.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn next_number<F: Facet>(&mut self, container: impl KeyPart) -> Result<i32, StoreError> {
        keys::next_number(self.connection(), F::TYPE.api, container.to_key())
    }

    /// The user of an API with an e-mail address, compared without regard to case: of several, one of the
    /// container, else the first.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn find_by_email<F: Facet>(
        &mut self,
        email: &str,
        container: impl KeyPart,
    ) -> Result<Option<Stored<F>>, StoreError> {
        let statements = self.statements();
        let facet = statements.facet(F::TYPE)?;
        let sql = format!(
            "{} where {EMAIL_FOLDED} = ?1 and u.{} is not null \
             order by exists (select 1 from container_user m where m.user = u.number and m.container = \
             (select number from container where api = '{}' and id = ?2)) desc, \
             u.number limit 1",
            facet.select,
            facet.column,
            F::TYPE.api
        );
        self.one(&sql, (folded(email), container.to_key().bytes()), stored)
    }

    /// The user of an API with a username, without regard to case.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn find_by_username<F: Facet>(&mut self, username: &str) -> Result<Option<Stored<F>>, StoreError> {
        let statements = self.statements();
        let facet = statements.facet(F::TYPE)?;
        let sql = format!("{} where {USERNAME_FOLDED} = ? and u.{} is not null", facet.select, facet.column);
        self.one(&sql, [folded(username)], stored)
    }

    /// Whether a user other than `except` has this username, without regard to case.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn username_taken(&mut self, username: &str, except: Uuid) -> Result<bool, StoreError> {
        let statements = self.statements();
        self.any(&statements.username_taken, (folded(username), except.as_bytes()))
    }

    /// The users among these usernames, of any API: the number in the world by folded username (see
    /// [`crate::model::folded`]).
    ///
    /// # Errors
    /// Faults of the database.
    pub fn numbers_of(&mut self, usernames: &[String]) -> Result<HashMap<String, i64>, StoreError> {
        let statements = self.statements();
        self.numbers(&statements.number_of_username, usernames)
    }

    /// The same for users of one API only.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn numbers_in<F: Facet>(&mut self, usernames: &[String]) -> Result<HashMap<String, i64>, StoreError> {
        let statements = self.statements();
        let column = &statements.facet(F::TYPE)?.column;
        self.numbers(&format!("{} and u.{column} is not null", statements.number_of_username), usernames)
    }

    fn numbers(&mut self, sql: &str, usernames: &[String]) -> Result<HashMap<String, i64>, StoreError> {
        let mut found = HashMap::with_capacity(usernames.len());
        for username in usernames {
            let folded = folded(username);
            if let Some(number) = self.value(sql, [&folded])? {
                found.insert(folded, number);
            }
        }
        Ok(found)
    }

    /// The first of the identifiers that `next` makes that no user and no item of a list has: with `--ids-seed` a server
    /// on a durable database makes the same ones again after a restart.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn unused_id(&mut self, mut next: impl FnMut() -> Uuid) -> Result<Uuid, StoreError> {
        let lists: Vec<_> = self.statements().schema.lists().map(|list| list.path).collect();
        loop {
            let id = next();
            let mut used = self.any("select 1 from user where id = ?", [id.as_bytes()])?;
            for list in &lists {
                used = used || self.any("select 1 from list_item where list = ? and id = ?", (list, id.as_bytes()))?;
            }
            if !used {
                return Ok(id);
            }
        }
    }

    /// Adds a user of one API after all others.
    ///
    /// # Errors
    /// [`StoreError::Conflict`].
    pub fn insert<F: Facet>(&mut self, user: &UserWith<F>) -> Result<(), StoreError> {
        self.insert_all(&[UserRecord::from(user.shared.clone()).with(&user.facet)])
    }

    /// Adds many users after all others.
    ///
    /// # Errors
    /// [`StoreError::Conflict`].
    pub fn insert_all(&mut self, users: &[UserRecord]) -> Result<(), StoreError> {
        let first: Option<i64> = self.value("select coalesce(max(number), 0) + 1 from user", [])?;
        let statements = self.statements();
        write_users::insert(self.connection(), &statements, first.unwrap_or(1), users)?;
        self.note_insert(users);
        Ok(())
    }

    /// Stores the shared members and the facet of a user that this transaction has read as `before`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`]; [`StoreError::NotFound`] when the user is gone.
    pub fn change<F: Facet>(&mut self, before: &Stored<F>, after: &UserWith<F>) -> Result<(), StoreError> {
        let statements = self.statements();
        let facet = statements.facet(F::TYPE)?;
        let found = self.row_before(facet, before.number);
        let former = match found.as_ref().and_then(|row| statements::body_in(&row.columns)) {
            Some(body) => Cow::Borrowed(body),
            None => Cow::Owned(body::of(&before.user.facet)),
        };
        let change = [FacetChange { facet, before: Some(former), after: Some(body::of(&after.facet)) }];
        write_users::change(self.connection(), before.number, &before.user.shared, &after.shared, &change)?;
        let [change] = &change;
        let row_after = self.note_row(before.number, &after.shared, change, found.as_ref());
        let row_before = found.as_ref().map(|row| Arc::clone(&row.columns));
        self.note_change(&before.user.shared, &after.shared, change, [row_before, row_after]);
        Ok(())
    }

    /// Stores many facets and marks the users as modified now; a user without the facet gets it. The last change to a
    /// user counts.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when a user does not exist; [`StoreError::Conflict`].
    pub fn replace_facets<F: Facet>(&mut self, updates: &[FacetUpdate<F>]) -> Result<(), StoreError> {
        // In the order of the table, so that neighbours are written together.
        let last: BTreeMap<i64, &FacetUpdate<F>> = updates.iter().map(|update| (update.number, update)).collect();
        let now = self.now();
        let statements = self.statements();
        let facet = statements.facet(F::TYPE)?;
        self.note_many(last.len());
        for (number, update) in last {
            let before = self.noted_facet(facet, number)?;
            let body = body::of(&update.facet);
            write_users::replace_facet(self.connection(), facet, number, body.clone(), now)?;
            // By itself, because the address has an index to keep, and clients that send whole lists seldom change one.
            if let Some(email) = &update.email {
                let sql = "update user set email = ?1, email_folded = ?2 where number = ?3 and email is not ?1";
                self.run(sql, (email, write_users::other_fold(email), number))?;
            }
            if let Some((user, former)) = before {
                let email = update.email.clone().or_else(|| user.email.clone());
                let after = User { modified_at: now, email, ..user.clone() };
                let change = FacetChange { facet, before: former.map(Cow::Owned), after: Some(body) };
                self.note_change(&user, &after, &change, [None, None]);
            }
        }
        Ok(())
    }

    /// Takes a user out of one API; a user without facets is gone. Returns whether there was such a facet.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn remove_facet(&mut self, id: Uuid, facet: &'static FacetType) -> Result<bool, StoreError> {
        let Some(stored) = self.record(id)? else { return Ok(false) };
        let Some(values) = stored.record.values(facet.api) else { return Ok(false) };
        let statements = self.statements();
        let former = body::encode(facet.members, values);
        let change = FacetChange { facet: statements.facet(facet)?, before: Some(former.into()), after: None };
        let user = &stored.record.shared;
        write_users::change(self.connection(), stored.number, user, user, &[change])?;
        let sql = format!("delete from user where number = ?{}", statements.without_facets);
        self.run(&sql, [stored.number])?;
        self.note_removal(stored.record, facet);
        Ok(true)
    }
}
