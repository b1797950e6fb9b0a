//! The users that a request changed, as its transactions wrote them. Kept beside the request, so that nobody has to guess
//! from two exports which of many requests did it.
//!
//! Each is one packed row until somebody asks: the rows of ten thousand changes are in no cache any more when they are let
//! go, and of a record every piece would be missed.

use super::rows::Columns;
use super::statements::{read_shared, read_values, shared_columns};
use super::{StoreError, body, remembered};
use crate::contract::FacetType;
use crate::model::{Diff, FacetRecord, User, UserRecord};
use rusqlite::types::ValueRef;
use std::sync::Arc;
use uuid::Uuid;

/// chosen: users of one request that are kept, and bytes of them. A batch of a thousand would hold as much of the journal
/// as its bodies, which are cut.
pub(super) const MOST: usize = 8;
const MOST_BYTES: usize = 64 * 1024;

/// The users that were changed.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    users: Vec<ChangedUser>,
    bytes: usize,
    /// Whether more was changed than is kept.
    incomplete: bool,
}

/// A user before and after; `None` is no user.
#[derive(Debug, Clone)]
struct ChangedUser {
    id: Uuid,
    before: Option<KeptUser>,
    after: Option<KeptUser>,
}

/// A user with the facets that were written.
#[derive(Debug, Clone)]
pub(super) struct KeptUser {
    id: Uuid,
    /// The facets; nearly always one, for which the list takes no memory.
    facet: Option<&'static FacetType>,
    more: Vec<&'static FacetType>,
    /// The shared members, then a column for each facet. The number in it may be any: nobody sees it.
    row: Arc<[u8]>,
}

impl Changes {
    /// Adds a user that was written; `None` is no user.
    pub(super) fn add(&mut self, before: Option<KeptUser>, after: Option<KeptUser>) {
        let Some(id) = before.as_ref().or(after.as_ref()).map(|user| user.id) else { return };
        let size = |user: &Option<KeptUser>| user.as_ref().map_or(0, KeptUser::bytes);
        self.bytes += size(&after);
        // A user who is written twice was at first what the first write found.
        match self.users.iter_mut().find(|user| user.id == id) {
            Some(user) => {
                self.bytes -= size(&user.after);
                user.after = after;
            }
            None => {
                self.bytes += size(&before);
                // Nearly always the only one.
                self.users.reserve_exact(1);
                self.users.push(ChangedUser { id, before, after });
            }
        }
        if self.incomplete || self.users.len() > MOST || self.bytes > MOST_BYTES {
            self.give_up();
        }
    }

    /// More was changed than can be told.
    pub(super) fn give_up(&mut self) {
        *self = Changes { incomplete: true, ..Changes::default() };
    }

    /// Whether more was changed than can be told.
    pub(super) fn gave_up(&self) -> bool {
        self.incomplete
    }

    /// Adds what another transaction changed.
    pub(super) fn append(&mut self, others: Changes) {
        if self.is_empty() {
            *self = others;
            return;
        }
        if others.incomplete || self.incomplete {
            return self.give_up();
        }
        for ChangedUser { before, after, .. } in others.users {
            self.add(before, after);
        }
    }

    /// Whether no user was changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.incomplete && self.users.iter().all(|user| user.before.is_none() && user.after.is_none())
    }

    /// About how much memory they take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The difference; `None` when more was changed than is kept.
    #[must_use]
    pub fn diff(&self) -> Option<Diff> {
        let records = |kept: fn(&ChangedUser) -> Option<&KeptUser>| {
            self.users.iter().filter_map(kept).map(KeptUser::record).collect::<Result<Vec<_>, _>>().ok()
        };
        if self.incomplete {
            return None;
        }
        Some(Diff::between(&records(|user| user.before.as_ref())?, &records(|user| user.after.as_ref())?))
    }
}

impl KeptUser {
    /// A user with one facet, given by its stored form, or with none. `None` when it is too large to be kept.
    pub(super) fn of(user: &User, facet: Option<(&'static FacetType, &[u8])>) -> Option<KeptUser> {
        KeptUser::packed(user, facet.map(|(facet, _)| facet), facet.map(|(_, stored)| stored))
    }

    /// A user with one facet, as they are in its packed row.
    pub(super) fn of_row(id: Uuid, facet: &'static FacetType, row: Arc<[u8]>) -> KeptUser {
        KeptUser { id, facet: Some(facet), more: Vec::new(), row }
    }

    /// A user with every facet. `None` when it is too large to be kept.
    pub(super) fn of_record(record: &UserRecord) -> Option<KeptUser> {
        let stored = record.facets.iter().map(|known| body::encode(known.facet.members, &known.values));
        let stored: Vec<_> = stored.collect();
        KeptUser::packed(
            &record.shared,
            record.facets.iter().map(|known| known.facet),
            stored.iter().map(|body| &**body),
        )
    }

    fn packed<'b>(
        user: &'b User,
        facets: impl IntoIterator<Item = &'static FacetType>,
        stored: impl IntoIterator<Item = &'b [u8]>,
    ) -> Option<KeptUser> {
        let stored = stored.into_iter().map(ValueRef::Blob);
        let row = remembered::pack(shared_columns(0, user).into_iter().chain(stored).map(Some), MOST_BYTES)?;
        let mut facets = facets.into_iter();
        Some(KeptUser { id: user.id, facet: facets.next(), more: facets.collect(), row })
    }

    fn record(&self) -> Result<UserRecord, StoreError> {
        let mut columns = Columns::unpacked(&self.row);
        let (_, shared) = read_shared(&mut columns)?;
        let facets = self.facet.iter().chain(&self.more).map(|facet| {
            let values = read_values(facet.members, &mut columns)?;
            Ok(FacetRecord { facet, values })
        });
        Ok(UserRecord { shared, facets: facets.collect::<Result<_, StoreError>>()? })
    }

    /// About how much memory it takes.
    fn bytes(&self) -> usize {
        size_of::<KeptUser>() + size_of_val(&*self.more) + self.row.len()
    }
}
