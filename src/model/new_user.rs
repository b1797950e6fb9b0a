//! A user from a request body of its own, which a world completes: absent members take the document's defaults, except
//! those that the world itself determines, which are the id, the dates and numbers in an account (chosen).

use super::UserRecord;
use super::read_users::LeftOut;
use crate::contract::{DateTime, DefaultValue, FacetType, Key, Value};
use uuid::Uuid;

/// A user that a world has to complete.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUser {
    /// The user as a document would hold it.
    pub record: UserRecord,
    pub(super) left_out: LeftOut,
}

impl NewUser {
    /// The id that the body gives.
    #[must_use]
    pub fn given_id(&self) -> Option<Uuid> {
        (!self.left_out.id).then_some(self.record.shared.id)
    }

    /// Gives the user its id, also where a facet repeats it.
    pub fn identify(&mut self, id: Uuid) {
        self.record.shared.id = id;
        self.fill(|facet, place, values| match facet.members.get(place)?.default {
            DefaultValue::UserId => values.get_mut(place).map(|slot| *slot = Value::Guid(id)),
            _ => None,
        });
    }

    /// Keeps the dates that the body gives, and sets the others.
    pub fn date(&mut self, created: DateTime, modified: DateTime) {
        let user = &mut self.record.shared;
        if self.left_out.created_at {
            user.created_at = created;
        }
        if self.left_out.modified_at {
            user.modified_at = modified;
        }
    }

    /// Keeps the numbers that the user had before, in facets of which the other parts of the key stay the same.
    pub fn keep_numbers(&mut self, before: &UserRecord) {
        self.fill(|facet, place, values| {
            let (prefix, before) = (number_prefix(facet, place, values)?, before.values(facet.api)?);
            let stays = number_prefix(facet, place, before)? == prefix;
            let (slot, number) = (values.get_mut(place)?, before.get(place)?);
            stays.then(|| slot.clone_from(number))
        });
    }

    /// Sets every number that is left out to that which `next` gives for a facet and the parts of the key before it.
    ///
    /// # Errors
    /// Those of `next`.
    pub fn number<E>(&mut self, mut next: impl FnMut(&'static FacetType, Key) -> Result<i32, E>) -> Result<(), E> {
        let mut failed = None;
        self.fill(|facet, place, values| {
            let number = next(facet, number_prefix(facet, place, values)?);
            let number = number.map_err(|error| failed = Some(error)).ok()?;
            values.get_mut(place).map(|slot| *slot = Value::Int(number))
        });
        failed.map_or(Ok(()), Err)
    }

    /// Calls `fill` for every member of a facet that is left out; one that it fills counts as given from then on.
    fn fill(&mut self, mut fill: impl FnMut(&'static FacetType, usize, &mut [Value]) -> Option<()>) {
        let facets = &mut self.record.facets;
        self.left_out.members.retain(|(api, place)| {
            let record = facets.iter_mut().find(|record| record.facet.api == *api);
            record.and_then(|record| fill(record.facet, *place, &mut record.values)).is_none()
        });
    }
}

/// The parts of a key before the number that ends it, if the member at a place is that number.
fn number_prefix(facet: &FacetType, place: usize, values: &[Value]) -> Option<Key> {
    let (last, before) = facet.key.split_last()?;
    let numbered = matches!(facet.members.get(place)?.default, DefaultValue::NextNumber) && *last == place;
    let parts = before.iter().filter_map(|place| values.get(*place));
    numbered.then(|| parts.fold(Key::default(), |key, value| key.with_value(value)))
}
