//! A world as a state document and back.

use super::rows::{many, run};
use super::schema::TABLES;
use super::statements::Statements;
use super::{StoreError, lists, tokens, write_users};
use crate::model::{ClockState, Document, ListRecords, UserRecord};
use rusqlite::Connection;

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
    let tokens = "select token, state, apis, expires_at, client, user, password, scope from token order by position";
    let clients = "select api, client_id, client_secret, read_only from client order by position";
    let records = schema.lists().map(|list| Ok(ListRecords { list, items: lists::read(connection, list)? }));
    Ok(Document {
        clock: None,
        users: Vec::new(),
        lists: records.collect::<Result<_, StoreError>>()?,
        tokens: many(connection, tokens, [], |columns| tokens::read_token(schema, columns))?,
        clients: many(connection, clients, [], |columns| tokens::read_client(schema, columns))?,
    })
}

/// Replaces everything in a world by a document, except the clock, which the caller sets.
pub(super) fn replace(connection: &Connection, statements: &Statements, document: &Document) -> Result<(), StoreError> {
    for table in TABLES {
        run(connection, &format!("delete from {table}"), [])?;
    }
    write_users::insert(connection, statements, 1, &document.users)?;
    for ListRecords { list, items } in &document.lists {
        items.iter().try_for_each(|values| lists::write(connection, list, values))?;
    }
    for token in &document.tokens {
        tokens::write_token(connection, token)?;
    }
    for client in &document.clients {
        let sql = "insert into client (api, client_id, client_secret, read_only) values (?, ?, ?, ?)";
        run(connection, sql, (client.api, &client.client_id, &client.client_secret, client.read_only))?;
    }
    Ok(())
}
