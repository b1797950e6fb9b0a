//! A world as a state document and back.

use super::rows::{each, many, run};
use super::schema::TABLES;
use super::statements::{Statements, read_values};
use super::write_users::Insertion;
use super::{StoreError, lists, tokens};
use crate::model::{ClockState, Document, DocumentReader, ListRecords, RestOfDocument, UserRecord};
use rusqlite::Connection;

const TOKENS: &str =
    "select token, state, apis, expires_at, client, user, password, scope from token order by position";
const CLIENTS: &str = "select api, client_id, client_secret, read_only from client order by position";

/// Everything in a world, with the clock that the caller gives.
pub(super) fn read(
    connection: &Connection,
    statements: &Statements,
    clock: Option<ClockState>,
) -> Result<Document, StoreError> {
    Ok(Document { clock, users: users(connection, statements)?, ..lists(connection, statements)? })
}

/// Every user, in order.
pub(super) fn users(connection: &Connection, statements: &Statements) -> Result<Vec<UserRecord>, StoreError> {
    let sql = format!("{}order by u.number", statements.whole);
    many(connection, &sql, [], |columns| Ok(statements.read_whole(columns)?.record))
}

/// Everything in a world except its users and its clock.
pub(super) fn lists(connection: &Connection, statements: &Statements) -> Result<Document, StoreError> {
    let schema = &statements.schema;
    let records = schema.lists().map(|list| Ok(ListRecords { list, items: lists::read(connection, list)? }));
    Ok(Document {
        clock: None,
        users: Vec::new(),
        lists: records.collect::<Result<_, StoreError>>()?,
        tokens: many(connection, TOKENS, [], |columns| tokens::read_token(schema, columns))?,
        clients: many(connection, CLIENTS, [], |columns| tokens::read_client(schema, columns))?,
    })
}

/// The text of a world's document behind its users, lists, tokens and clients, written row by row: as values they would
/// take many times as much. It begins with the comma and ends with the document.
pub(super) fn rest(connection: &Connection, statements: &Statements) -> Result<Vec<u8>, StoreError> {
    let schema = &statements.schema;
    let mut text = RestOfDocument::default();
    for list in schema.lists() {
        text.begin_list(list);
        let sql = "select body from list_item where list = ? order by position";
        each(connection, sql, [list.path], |columns| {
            text.item(list, &read_values(list.members, columns)?);
            Ok(())
        })?;
    }
    text.begin_tokens();
    each(connection, TOKENS, [], |columns| {
        text.token(&tokens::read_token(schema, columns)?);
        Ok(())
    })?;
    text.begin_clients();
    each(connection, CLIENTS, [], |columns| {
        text.client(&tokens::read_client(schema, columns)?);
        Ok(())
    })?;
    Ok(text.whole())
}

/// Replaces everything in a world by a document, except the clock, which the caller sets.
pub(super) fn replace(connection: &Connection, statements: &Statements, document: &Document) -> Result<(), StoreError> {
    let mut filling = Filling::begin(connection, statements, document)?;
    (0..).zip(&document.users).try_for_each(|(place, user)| filling.user(place, user))?;
    filling.finish()
}

/// The same by a document that is read meanwhile, so that its users are never all in memory. If the reader finds
/// problems, what was written is to be undone.
pub(super) fn replace_by(
    connection: &Connection,
    statements: &Statements,
    reader: &mut DocumentReader<'_, '_>,
) -> Result<(), StoreError> {
    let mut filling = Filling::begin(connection, statements, reader.rest())?;
    reader.try_for_each(|(place, user)| filling.user(place, &user))?;
    filling.finish()
}

/// A world that gets the content of a document.
struct Filling<'c> {
    users: Insertion<'c>,
}

impl<'c> Filling<'c> {
    /// Empties the world, and fills it except for its users.
    fn begin(connection: &'c Connection, statements: &'c Statements, rest: &Document) -> Result<Self, StoreError> {
        for table in TABLES {
            run(connection, &format!("delete from {table}"), [])?;
        }
        for ListRecords { list, items } in &rest.lists {
            items.iter().try_for_each(|values| lists::write(connection, list, values))?;
        }
        for token in &rest.tokens {
            tokens::write_token(connection, token)?;
        }
        for client in &rest.clients {
            let sql = "insert into client (api, client_id, client_secret, read_only) values (?, ?, ?, ?)";
            run(connection, sql, (client.api, &client.client_id, &client.client_secret, client.read_only))?;
        }
        Ok(Filling { users: Insertion::new(connection, statements)? })
    }

    /// Adds the user at a place of the document.
    fn user(&mut self, place: usize, user: &UserRecord) -> Result<(), StoreError> {
        // Numbers begin with 1.
        let number = i64::try_from(place).unwrap_or(i64::MAX).saturating_add(1);
        self.users.add(number, user)
    }

    fn finish(self) -> Result<(), StoreError> {
        self.users.finish()
    }
}
