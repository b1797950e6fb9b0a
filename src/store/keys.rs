//! The ways to find users other than by id: the key that an API has for them, and the containers that list them.

use super::error::Conflict;
use super::{StoreError, rows};
use crate::contract::{FacetType, KEY_BYTES, Key, KeyPart, Value};
use rusqlite::Connection;
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

/// Takes the key that a facet gives a user. Done before the user's row is written, so that a conflict changes nothing.
///
/// # Errors
/// [`Conflict::Key`] when another user has the key.
pub(super) fn claim(
    connection: &Connection,
    facet: &FacetType,
    number: i64,
    id: Uuid,
    values: &[Value],
) -> Result<(), StoreError> {
    if facet.key.is_empty() {
        return Ok(());
    }
    let sql = "insert into facet_key (api, key, number) values (?, ?, ?) on conflict do nothing";
    match rows::run(connection, sql, (facet.api, facet.key_of(id, values).bytes(), number))? {
        0 => Err(StoreError::Conflict(Conflict::Key(facet.api))),
        _ => Ok(()),
    }
}

/// Takes the keys of several facets, or none of them.
///
/// # Errors
/// As [`claim`].
pub(super) fn claim_all<'v>(
    connection: &Connection,
    number: i64,
    id: Uuid,
    facets: impl Iterator<Item = (&'static FacetType, &'v [Value])> + Clone,
) -> Result<(), StoreError> {
    for (claimed, (facet, values)) in facets.clone().enumerate() {
        if let Err(error) = claim(connection, facet, number, id, values) {
            release_all(connection, id, facets.take(claimed))?;
            return Err(error);
        }
    }
    Ok(())
}

/// The inverse of [`claim_all`].
pub(super) fn release_all<'v>(
    connection: &Connection,
    id: Uuid,
    mut facets: impl Iterator<Item = (&'static FacetType, &'v [Value])>,
) -> Result<(), StoreError> {
    facets.try_for_each(|(facet, values)| release(connection, facet, id, values))
}

/// The inverse of [`claim`].
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
    if !facet.lists_by_key() {
        for container in facet.containers(values) {
            let sql = "insert into container (api, id, number) values (?, ?, ?) on conflict do nothing";
            rows::run(connection, sql, (facet.api, container_key(container).bytes(), number))?;
        }
    }
    Ok(())
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
            let sql = "delete from container where api = ? and id = ? and number = ?";
            rows::run(connection, sql, (facet.api, container_key(container).bytes(), number))?;
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
