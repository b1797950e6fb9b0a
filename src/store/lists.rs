//! The lists that APIs own: accounts, roles and the like. An item that is hidden is kept, because users may name it, and
//! is otherwise not found. A list may be one of containers: customers of an account, for instance.

use super::statements::{read_body, read_values};
use super::users::Page;
use super::{StoreError, Transaction, body, rows};
use crate::contract::{ApiList, Key, KeyPart, ListItem, Value};
use rusqlite::Connection;
use std::sync::Arc;

impl Transaction {
    /// An item of a list that is not hidden.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn item<L: ListItem>(&mut self, id: L::Id) -> Result<Option<Arc<L>>, StoreError> {
        let key = id.to_key();
        self.database_of_items().item(L::TYPE, key, |connection| {
            let sql = "select body from list_item where list = ? and id = ? and hidden = 0";
            rows::one(connection, sql, (L::TYPE.path, key.bytes()), read_body::<L>)
        })
    }

    /// The items of a list that are not hidden, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn items<L: ListItem>(&mut self, page: Page) -> Result<Vec<L>, StoreError> {
        let sql = "select body from list_item where list = ? and hidden = 0 order by position limit ? offset ?";
        let (limit, offset) = page.bounds();
        self.many(sql, (L::TYPE.path, limit, offset), read_body::<L>)
    }

    /// The items of a list in a container that are not hidden, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn items_in<L: ListItem>(&mut self, container: impl KeyPart, page: Page) -> Result<Vec<L>, StoreError> {
        let sql = "select body from list_item where list = ? and container = ? and hidden = 0 \
                   order by position limit ? offset ?";
        let (limit, offset) = page.bounds();
        let container = container.to_key();
        self.many(sql, (L::TYPE.path, container.bytes(), limit, offset), read_body::<L>)
    }

    /// Stores an item: a new one after all others, an existing one in its place.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn save_item<L: ListItem>(&mut self, item: &L) -> Result<(), StoreError> {
        self.database_mut().items_change();
        write(self.connection(), L::TYPE, &item.to_values())
    }
}

/// Every item of a list, the hidden ones also, in order.
pub(super) fn read(connection: &Connection, list: &ApiList) -> Result<Vec<Vec<Value>>, StoreError> {
    let sql = "select body from list_item where list = ? order by position";
    rows::many(connection, sql, [list.path], |columns| read_values(list.members, columns))
}

/// Stores an item: a new one after all others, an existing one in its place.
pub(super) fn write(connection: &Connection, list: &ApiList, values: &[Value]) -> Result<(), StoreError> {
    let id = values.get(list.id).map(|id| Key::default().with_value(id)).unwrap_or_default();
    let hidden = list.hidden.is_some_and(|place| values.get(place) == Some(&Value::Bool(true)));
    let container = list.container.and_then(|place| values.get(place)).filter(|id| !matches!(id, Value::Null));
    let container = container.map(|id| Key::default().with_value(id));
    let sql = "insert into list_item (list, position, id, hidden, container, body) values \
               (?1, (select coalesce(max(position), 0) + 1 from list_item where list = ?1), ?2, ?3, ?4, ?5) \
               on conflict (list, id) do update set hidden = excluded.hidden, container = excluded.container, \
               body = excluded.body";
    let container = container.as_ref().map(Key::bytes);
    rows::run(connection, sql, (list.path, id.bytes(), hidden, container, body::encode(list.members, values)))?;
    Ok(())
}
