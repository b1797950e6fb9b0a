//! Users that an API does not show yet because only others do: found by the name or address that they have there, and
//! given the API's facet. Without that, a name that a client cannot see anywhere would make a conflict that it cannot
//! explain.

use super::rows::Columns;
use super::statements::{EMAIL_FOLDED, USERNAME_FOLDED, read_shared};
use super::write_users::{self, FacetChange};
use super::{StoreError, Transaction, body, folded};
use crate::contract::{Facet, FacetType};
use crate::model::{User, UserWith};

/// A user without a facet of the API that looks for it, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Elsewhere {
    /// The shared members.
    pub user: User,
    /// Its number in the world, by which its row is found.
    number: i64,
}

impl Transaction {
    /// The user with a username, without regard to case, whom an API does not show.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn elsewhere_by_username<F: Facet>(&mut self, username: &str) -> Result<Option<Elsewhere>, StoreError> {
        self.elsewhere::<F>(USERNAME_FOLDED, username)
    }

    /// The first user with an e-mail address, without regard to case, whom an API does not show.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn elsewhere_by_email<F: Facet>(&mut self, email: &str) -> Result<Option<Elsewhere>, StoreError> {
        self.elsewhere::<F>(EMAIL_FOLDED, email)
    }

    fn elsewhere<F: Facet>(&mut self, name: &'static str, value: &str) -> Result<Option<Elsewhere>, StoreError> {
        let statements = self.statements();
        let facet = statements.facet(F::TYPE)?;
        let sql = format!("{} where {name} = ? and u.{} is null order by u.number limit 1", facet.select, facet.column);
        self.one(&sql, [folded(value)], |columns: &mut Columns<'_>| {
            read_shared(columns).map(|(number, user)| Elsewhere { user, number })
        })
    }

    /// Gives a user the facet of one more API, and its shared members new values.
    ///
    /// # Errors
    /// [`StoreError::Conflict`]; [`StoreError::NotFound`] when the user is gone.
    pub fn attach<F: Facet>(&mut self, before: &Elsewhere, after: &UserWith<F>) -> Result<(), StoreError> {
        let statements = self.statements();
        let facet = statements.facet(F::TYPE)?;
        let change = [FacetChange { facet, before: None, after: Some(body::of(&after.facet)) }];
        write_users::change(self.connection(), before.number, &before.user, &after.shared, &change)?;
        let [change] = &change;
        self.note_change(&before.user, &after.shared, change, [None, None]);
        Ok(())
    }

    /// The facets that a user has, by its number in the world.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn facets_of(&mut self, number: i64) -> Result<Vec<&'static FacetType>, StoreError> {
        let statements = self.statements();
        let mut found = Vec::new();
        for facet in statements.facets() {
            let sql = format!("select 1 from user where number = ? and {} is not null", facet.column);
            if self.any(&sql, [number])? {
                found.push(facet.facet);
            }
        }
        Ok(found)
    }
}
