//! The ways to find users other than by id: the key that an API has for them, and the containers that list them.

use super::error::Conflict;
use super::{StoreError, rows};
use crate::contract::{FacetType, KEY_BYTES, Key, KeyPart, Value};
use rusqlite::{CachedStatement, Connection};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The bytes of the first key in a container, and of the first behind it.
pub(super) fn range(container: impl KeyPart) -> (Vec<u8>, Vec<u8>) {
    range_of(container.to_key())
}

fn range_of(prefix: Key) -> (Vec<u8>, Vec<u8>) {
    // The last container of all has no end; bytes longer than any key sort after its keys.
    let end = prefix.end_of_range().map_or_else(|| vec![u8::MAX; KEY_BYTES + 1], |end| end.bytes().to_vec());
    (prefix.bytes().to_vec(), end)
}

/// A container's id in its table.
pub(super) fn container_key(value: &Value) -> Key {
    Key::default().with_value(value)
}

/// One more than the largest number that ends a key with `prefix` in front, from 1.
pub(super) fn next_number(connection: &Connection, api: &str, prefix: Key) -> Result<i32, StoreError> {
    let (first, end) = range_of(prefix);
    let sql = "select key from facet_key where api = ? and key >= ? and key < ? order by key desc limit 1";
    let largest: Option<Vec<u8>> = rows::value(connection, sql, (api, first, end))?;
    let number = largest.as_deref().and_then(<[u8]>::last_chunk).map(|bytes| number_of(*bytes));
    Ok(number.unwrap_or(0).max(0).saturating_add(1))
}

/// The inverse of a number's part of a key.
fn number_of(bytes: [u8; 4]) -> i32 {
    (u32::from_be_bytes(bytes) ^ (1 << 31)).cast_signed()
}

/// Takes keys, by a statement that is prepared when the first one needs it.
pub(super) struct Claims<'c> {
    connection: &'c Connection,
    statement: Option<CachedStatement<'c>>,
}

impl<'c> Claims<'c> {
    pub(super) fn new(connection: &'c Connection) -> Claims<'c> {
        Claims { connection, statement: None }
    }

    /// Takes the key that a facet gives a user. Done before the user's row is written, so that a conflict changes nothing.
    ///
    /// # Errors
    /// [`Conflict::Key`] when another user has the key.
    pub(super) fn claim(
        &mut self,
        facet: &FacetType,
        number: i64,
        id: Uuid,
        values: &[Value],
    ) -> Result<(), StoreError> {
        if facet.key.is_empty() {
            return Ok(());
        }
        let connection = self.connection;
        let fault = |error| StoreError::at(connection.path(), error);
        let statement = match &mut self.statement {
            Some(statement) => statement,
            none => {
                let sql = "insert into facet_key (api, key, number) values (?, ?, ?) on conflict do nothing";
                none.insert(connection.prepare_cached(sql).map_err(fault)?)
            }
        };
        match statement.execute((facet.api, facet.key_of(id, values).bytes(), number)).map_err(fault)? {
            0 => Err(StoreError::Conflict(Conflict::Key(facet.api))),
            _ => Ok(()),
        }
    }

    /// Takes the keys of several facets, or none of them.
    ///
    /// # Errors
    /// As [`Claims::claim`].
    pub(super) fn claim_all<'v>(
        &mut self,
        number: i64,
        id: Uuid,
        facets: impl Iterator<Item = (&'static FacetType, &'v [Value])> + Clone,
    ) -> Result<(), StoreError> {
        for (claimed, (facet, values)) in facets.clone().enumerate() {
            if let Err(error) = self.claim(facet, number, id, values) {
                release_all(self.connection, id, facets.take(claimed))?;
                return Err(error);
            }
        }
        Ok(())
    }
}

/// The inverse of [`Claims::claim_all`].
pub(super) fn release_all<'v>(
    connection: &Connection,
    id: Uuid,
    mut facets: impl Iterator<Item = (&'static FacetType, &'v [Value])>,
) -> Result<(), StoreError> {
    facets.try_for_each(|(facet, values)| release(connection, facet, id, values))
}

/// The inverse of [`Claims::claim`].
pub(super) fn release(
    connection: &Connection,
    facet: &FacetType,
    id: Uuid,
    values: &[Value],
) -> Result<(), StoreError> {
    if !facet.key.is_empty() {
        let sql = "delete from facet_key where api = ? and key = ?";
        rows::run(connection, sql, (facet.api, facet.key_of(id, values).bytes()))?;
    }
    Ok(())
}

/// Lists a user in the containers that its facet names.
pub(super) fn enter(
    connection: &Connection,
    facet: &FacetType,
    number: i64,
    values: &[Value],
) -> Result<(), StoreError> {
    let mut entries = Entries::default();
    entries.add(facet, number, values);
    entries.write(connection)
}

/// Users that are to be listed in containers. Many are written in the order of the table and by one statement for each
/// container: that costs a fifth of a statement for each user.
#[derive(Default)]
pub(super) struct Entries(BTreeMap<(&'static str, Key), Vec<i64>>);

/// Users of a container of which each has a statement of its own.
const FEW: usize = 4;

impl Entries {
    /// Adds a user to the containers that its facet names.
    pub(super) fn add(&mut self, facet: &FacetType, number: i64, values: &[Value]) {
        if !facet.lists_by_key() {
            for container in facet.containers(values) {
                let users = self.0.entry((facet.api, container_key(container))).or_default();
                if users.last() != Some(&number) {
                    users.push(number);
                }
            }
        }
    }

    /// Writes them.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn write(self, connection: &Connection) -> Result<(), StoreError> {
        for ((api, container), mut numbers) in self.0 {
            let sql = "insert into container (api, id) values (?, ?) on conflict do nothing";
            rows::run(connection, sql, (api, container.bytes()))?;
            if numbers.len() <= FEW {
                let sql = "insert into container_user (container, user) \
                           select number, ? from container where api = ? and id = ? on conflict do nothing";
                for number in numbers {
                    rows::run(connection, sql, (number, api, container.bytes()))?;
                }
                continue;
            }
            numbers.sort_unstable();
            numbers.dedup();
            let list = rows::to_json(&numbers)?;
            let sql = "insert into container_user (container, user) \
                       select c.number, user.value from container c, json_each(?) user \
                       where c.api = ? and c.id = ? on conflict do nothing";
            rows::run(connection, sql, (list, api, container.bytes()))?;
        }
        Ok(())
    }
}

/// The inverse of [`enter`].
pub(super) fn leave(
    connection: &Connection,
    facet: &FacetType,
    number: i64,
    values: &[Value],
) -> Result<(), StoreError> {
    if !facet.lists_by_key() {
        for container in facet.containers(values) {
            let sql = "delete from container_user where user = ? and container = \
                       (select number from container where api = ? and id = ?)";
            let id = container_key(container);
            rows::run(connection, sql, (number, facet.api, id.bytes()))?;
            let sql = "delete from container where api = ? and id = ? and not exists \
                       (select 1 from container_user where container = container.number)";
            rows::run(connection, sql, (facet.api, id.bytes()))?;
        }
    }
    Ok(())
}

/// Whether two versions of a facet give a user the same key.
pub(super) fn same_key(facet: &FacetType, one: &[Value], other: &[Value]) -> bool {
    facet.key.iter().all(|place| one.get(*place) == other.get(*place))
}

/// Whether two versions of a facet list a user in the same containers.
pub(super) fn same_containers(facet: &FacetType, one: &[Value], other: &[Value]) -> bool {
    facet.containers(one).eq(facet.containers(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Schema;
    use crate::store::database::{Database, Place};
    use crate::store::statements::Statements;
    use std::sync::Arc;

    crate::facet! {
        /// A facet that is listed in a container, and found by its user's id.
        pub struct Badge of "badges", in colour {
            colour: i32 = "colour",
        }
    }

    #[test]
    fn users_of_a_container_are_written_once_each_and_the_last_one_takes_it_along() {
        let facet = <Badge as crate::contract::Facet>::TYPE;
        let database = Database::open(&Place::Memory, &Arc::new(Statements::new(Schema::from_iter([])))).unwrap();
        let mut entries = Entries::default();
        for number in [9, 3, 3, 5, 1, 7, 9, 2, 4] {
            entries.add(facet, number, &[Value::Int(1)]);
        }
        for number in [8, 6, 6, 8] {
            entries.add(facet, number, &[Value::Int(2)]);
        }
        entries.write(database.connection()).unwrap();
        let listed = |colour: i32| {
            let sql = "select user from container_user where container = \
                       (select number from container where api = 'badges' and id = ?)";
            rows::many(database.connection(), sql, [colour.to_key().bytes()], |columns| columns.next::<i64>()).unwrap()
        };
        assert_eq!((listed(1), listed(2)), (vec![1, 2, 3, 4, 5, 7, 9], vec![6, 8]));
        let left = |number, colour: i32| {
            leave(database.connection(), facet, number, &[Value::Int(colour)]).unwrap();
            rows::value::<i64>(database.connection(), "select count(*) from container", []).unwrap()
        };
        assert_eq!((left(6, 2), left(1, 1), left(8, 2)), (Some(2), Some(2), Some(1)));
        assert_eq!((listed(1), listed(2)), (vec![2, 3, 4, 5, 7, 9], vec![]));
    }
}
