//! The users that a request changed, as its transactions wrote them. Kept beside the request, so that nobody has to guess
//! from two exports which of many requests did it.

use super::{Diff, FacetRecord, User, UserRecord};
use crate::contract::Value;

/// chosen: users of one request that are kept, and bytes of them. A batch of a thousand would hold as much of the journal
/// as its bodies, which are cut.
pub const MOST: usize = 8;
const MOST_BYTES: usize = 64 * 1024;

/// The users before and after, each with the facets that were written.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    before: Vec<UserRecord>,
    after: Vec<UserRecord>,
    bytes: usize,
    /// Whether more was changed than is kept.
    incomplete: bool,
}

impl Changes {
    /// Adds a user that was written; `None` is no user.
    pub fn add(&mut self, before: Option<UserRecord>, after: Option<UserRecord>) {
        let size = |user: &Option<UserRecord>| user.as_ref().map_or(0, UserRecord::bytes);
        self.bytes += size(&before) + size(&after);
        if self.incomplete || self.after.len().max(self.before.len()) >= MOST || self.bytes > MOST_BYTES {
            return self.give_up();
        }
        let Some(id) = before.as_ref().or(after.as_ref()).map(|user| user.shared.id) else { return };
        // A user who is written twice was at first what the first write found.
        let again = self.after.iter().position(|user| user.shared.id == id);
        match again {
            Some(place) => drop(self.after.remove(place)),
            None => self.before.extend(before),
        }
        self.after.extend(after);
    }

    /// More was changed than can be told.
    pub fn give_up(&mut self) {
        *self = Changes { incomplete: true, ..Changes::default() };
    }

    /// Whether more was changed than can be told.
    #[must_use]
    pub fn gave_up(&self) -> bool {
        self.incomplete
    }

    /// Adds what another transaction changed.
    pub fn append(&mut self, others: Changes) {
        if others.incomplete || self.incomplete {
            return self.give_up();
        }
        let Changes { before, mut after, .. } = others;
        for user in before {
            let place = after.iter().position(|other| other.shared.id == user.shared.id);
            let changed = place.map(|place| after.remove(place));
            self.add(Some(user), changed);
        }
        for user in after {
            self.add(None, Some(user));
        }
    }

    /// Whether no user was changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.incomplete && self.before.is_empty() && self.after.is_empty()
    }

    /// About how much memory they take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The difference; `None` when more was changed than is kept.
    #[must_use]
    pub fn diff(&self) -> Option<Diff> {
        (!self.incomplete).then(|| Diff::between(&self.before, &self.after))
    }
}

impl UserRecord {
    /// A user with one facet, or with none.
    #[must_use]
    pub(crate) fn of_one(shared: &User, facet: Option<FacetRecord>) -> UserRecord {
        UserRecord { shared: shared.clone(), facets: facet.into_iter().collect() }
    }

    /// About how much memory it takes.
    fn bytes(&self) -> usize {
        let User { username, email, display_name, password, .. } = &self.shared;
        let shared: usize = [username, email, display_name, password].into_iter().flatten().map(String::len).sum();
        let values = self.facets.iter().flat_map(|facet| &facet.values);
        size_of::<UserRecord>() + shared + values.map(bytes).sum::<usize>()
    }
}

fn bytes(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::Text(text) => text.len(),
            Value::List(items) => items.iter().map(bytes).sum(),
            Value::Object(record) => record.slots.iter().map(bytes).sum(),
            Value::Dictionary(entries) => entries.iter().map(|(_, value)| size_of::<Value>() + bytes(value)).sum(),
            _ => 0,
        }
}
