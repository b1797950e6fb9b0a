//! Users with every facet, as the control API and documents handle them.

use super::keys;
use super::statements::{EMAIL_FOLDED, USERNAME_FOLDED};
use super::write_users::{self, FacetChange};
use super::{StoreError, StoredUser, Transaction, body, folded};
use crate::contract::{FacetType, Value};
use crate::model::UserRecord;
use std::borrow::Cow;
use uuid::Uuid;

/// The users that a list is asked for; an absent member matches every user. All compare without regard to case.
#[derive(Debug, Clone, Copy, Default)]
pub struct UserFilter<'a> {
    /// A part of the username, e-mail address or display name.
    pub search: Option<&'a str>,
    /// The username.
    pub username: Option<&'a str>,
    /// The e-mail address.
    pub email: Option<&'a str>,
}

impl Transaction {
    /// A user with all facets, by its shared id.
    ///
    /// # Errors
    /// Faults of the database.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn record(&mut self, id: Uuid) -> Result<Option<StoredUser>, StoreError> {
        let statements = self.statements();
        let sql = format!("{}where u.id = ?", statements.whole);
        self.one(&sql, [id.as_bytes()], |columns| statements.read_whole(columns))
    }

    /// Every user with all facets, in order.
    ///
    /// # Errors
    /// Faults of the database.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn records(&mut self) -> Result<Vec<UserRecord>, StoreError> {
        super::document::users(self.connection(), &self.statements())
    }

    /// Up to `limit` users after the user `after` that a filter matches.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no user `after`: starting again instead would make a client that pages
    /// through the list start over for ever.
    pub(crate) fn records_page(
        &mut self,
        wanted: &UserFilter<'_>,
        limit: u32,
        after: Option<Uuid>,
    ) -> Result<Vec<UserRecord>, StoreError> {
        let start: i64 = match after {
            None => 0,
            Some(id) => self
                .value("select number from user where id = ?", [id.as_bytes()])?
                .ok_or(StoreError::NotFound("user"))?,
        };
        // A name is compared only if asked for, so that an index finds it.
        let named = |asked: bool, name, at| if asked { format!("{name} = ?{at}") } else { format!("?{at} is null") };
        let search = wanted.search.filter(|search| !search.is_empty());
        let statements = self.statements();
        let sql = format!(
            "{}where u.number > ?1 and (?2 is null or instr(folded(u.username), ?2) > 0 \
             or instr(folded(u.email), ?2) > 0 or instr(folded(u.display_name), ?2) > 0) and {} and {} \
             order by u.number limit ?3",
            statements.whole,
            named(wanted.username.is_some(), USERNAME_FOLDED, 4),
            named(wanted.email.is_some(), EMAIL_FOLDED, 5),
        );
        let values = (start, search.map(folded), limit, wanted.username.map(folded), wanted.email.map(folded));
        self.many(&sql, values, |columns| Ok(statements.read_whole(columns)?.record))
    }

    /// Replaces a user that this transaction has read as `before` by `after`: its shared members and all its facets. A
    /// user may be left without any facet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`]; [`StoreError::NotFound`] when the user is gone.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn replace_record(&mut self, before: &StoredUser, after: &UserRecord) -> Result<(), StoreError> {
        let statements = self.statements();
        let changes: Vec<FacetChange<'_>> = statements
            .facets()
            .iter()
            .map(|facet| (facet, before.record.values(facet.facet.api), after.values(facet.facet.api)))
            .filter(|(_, before, after)| before.is_some() || after.is_some())
            .map(|(facet, before, after)| {
                let body = |values: &[Value]| body::encode(facet.facet.members, values);
                FacetChange { facet, before: before.map(body).map(Cow::Owned), after: after.map(body) }
            })
            .collect();
        write_users::change(self.connection(), before.number, &before.record.shared, &after.shared, &changes)
    }

    /// Removes a user with every facet. Returns whether there was one.
    ///
    /// # Errors
    /// Faults of the database.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn remove_user(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let Some(stored) = self.record(id)? else { return Ok(false) };
        for record in &stored.record.facets {
            keys::release(self.connection(), record.facet, id, &record.values)?;
            keys::leave(self.connection(), record.facet, stored.number, &record.values)?;
        }
        Ok(self.run("delete from user where number = ?", [stored.number])? > 0)
    }

    /// The number that the next new user of an API gets after the other parts of its key, see
    /// [`DefaultValue::NextNumber`](crate::contract::DefaultValue::NextNumber): one more than the largest, from 1.
    ///
    /// # Errors
    /// Faults of the database.
    pub(crate) fn next_number_beside(
        &mut self,
        facet: &FacetType,
        prefix: crate::contract::Key,
    ) -> Result<i32, StoreError> {
        keys::next_number(self.connection(), facet.api, prefix)
    }
}
