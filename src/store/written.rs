//! What a transaction writes, for whoever watches it. A transaction that nobody watches notes nothing.

use super::changes::{self, Changes, KeptUser};
use super::statements::{FacetStatements, read_shared};
use super::write_users::FacetChange;
use super::{StoreError, Transaction};
use crate::contract::FacetType;
use crate::model::{User, UserRecord};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a transaction tells what it has committed.
pub(crate) type Watcher = Arc<Mutex<Changes>>;

/// A user's shared members, and the stored form of a facet where there is one.
type SharedAndFacet = (User, Option<Vec<u8>>);

/// The users that were written, until they are committed.
#[derive(Debug)]
pub(super) struct Watched {
    watcher: Watcher,
    pub(super) changes: Changes,
}

impl Transaction {
    /// Tells what it changes when it is committed.
    #[must_use]
    pub(crate) fn watched(mut self, watcher: Watcher) -> Transaction {
        self.watched = Some(Watched { watcher, changes: Changes::default() });
        self
    }

    /// Notes the change of a user's shared members and of one facet. The rows before and after spare packing them again.
    pub(super) fn note_change(
        &mut self,
        before: &User,
        after: &User,
        change: &FacetChange<'_>,
        [row_before, row_after]: [Option<Arc<[u8]>>; 2],
    ) {
        let Some(Watched { changes, .. }) = &mut self.watched else { return };
        let facet = change.facet.facet;
        let kept = |user: &User, row: Option<Arc<[u8]>>, stored: Option<&[u8]>| match row {
            Some(row) => Some(KeptUser::of_row(user.id, facet, row)),
            None => KeptUser::of(user, stored.map(|stored| (facet, stored))),
        };
        let former = kept(before, row_before, change.before.as_deref());
        let written = kept(after, row_after, change.after.as_deref());
        match (former, written) {
            (Some(former), Some(written)) => changes.add(Some(former), Some(written)),
            _ => changes.give_up(),
        }
    }

    /// Notes users that are new.
    pub(super) fn note_insert(&mut self, users: &[UserRecord]) {
        let Some(Watched { changes, .. }) = &mut self.watched else { return };
        if users.len() > changes::MOST {
            return changes.give_up();
        }
        for user in users {
            match KeptUser::of_record(user) {
                Some(user) => changes.add(None, Some(user)),
                None => changes.give_up(),
            }
        }
    }

    /// Notes that a user lost a facet, and was removed if it was the last.
    pub(super) fn note_removal(&mut self, before: UserRecord, facet: &FacetType) {
        let Some(Watched { changes, .. }) = &mut self.watched else { return };
        let Some(former) = KeptUser::of_record(&before) else { return changes.give_up() };
        let mut after = before;
        after.facets.retain(|known| known.facet.api != facet.api);
        let after = Some(after).filter(|after| !after.facets.is_empty());
        // A part of what was kept is never too large.
        changes.add(Some(former), after.as_ref().and_then(KeptUser::of_record));
    }

    /// Notes nothing of a batch of so many users.
    pub(super) fn note_many(&mut self, users: usize) {
        if let Some(Watched { changes, .. }) = &mut self.watched
            && users > changes::MOST
        {
            changes.give_up();
        }
    }

    /// A user's shared members and one facet as they are stored, if a change of them is to be noted: a batch of facets is
    /// otherwise written without reading them.
    pub(super) fn noted_facet(
        &mut self,
        facet: &FacetStatements,
        number: i64,
    ) -> Result<Option<SharedAndFacet>, StoreError> {
        if self.watched.as_ref().is_none_or(|watched| watched.changes.gave_up()) {
            return Ok(None);
        }
        let sql = format!("{} where u.number = ?", facet.select);
        self.one(&sql, [number], |columns| {
            let (_, user) = read_shared(columns)?;
            Ok((user, columns.bytes()?.map(<[u8]>::to_vec)))
        })
    }
}

impl Watched {
    /// Tells it.
    pub(super) fn committed(self) {
        if !self.changes.is_empty() {
            self.watcher.lock().unwrap_or_else(PoisonError::into_inner).append(self.changes);
        }
    }
}
