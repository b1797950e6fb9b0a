//! Bearer tokens and the clients that may ask for one.

use std::fmt;
use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::OwnedMutexGuard;

use super::database::Database;
use super::rows::{Columns, from_json, one, run, to_json};
use super::{Live, StoreError, Transaction, group};
use crate::contract::DateTime;
use crate::model::{Client, Schema, Token, TokenState};

/// Looks up tokens. One that is known needs no statement, and changes that wait to be committed then go on waiting.
pub struct TokenReader {
    live: Arc<Live>,
    database: OwnedMutexGuard<Database>,
}

impl TokenReader {
    pub(super) fn new(live: Arc<Live>, database: OwnedMutexGuard<Database>) -> TokenReader {
        TokenReader { live, database }
    }

    /// As [`Transaction::token`].
    ///
    /// # Errors
    /// Faults of the database.
    pub fn token(&mut self, token: &str) -> Result<Option<Arc<Token>>, StoreError> {
        if let Some(known) = self.database.known_token(token) {
            return Ok(known);
        }
        group::settle(&self.live, &mut self.database);
        find(&mut self.database, token)
    }

    /// The time of the world's clock, UTC.
    #[must_use]
    pub fn now(&self) -> DateTime {
        self.live.clock().now()
    }

    /// A transaction that reads the same world.
    #[must_use]
    pub fn into_transaction(self) -> Transaction {
        Transaction::read(self.live, self.database)
    }
}

impl fmt::Debug for TokenReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenReader").finish_non_exhaustive()
    }
}

/// A token, from memory or the table.
fn find(database: &mut Database, token: &str) -> Result<Option<Arc<Token>>, StoreError> {
    let sql = "select token, state, apis, expires_at, client, user, password, scope from token where token = ?";
    let statements = Arc::clone(database.statements());
    let read = |columns: &mut Columns<'_>| read_token(&statements.schema, columns);
    database.token(token, |connection| one(connection, sql, [token], read))
}

impl Transaction {
    /// A listed or issued token, compared exactly.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn token(&mut self, token: &str) -> Result<Option<Arc<Token>>, StoreError> {
        find(self.database_mut(), token)
    }

    /// Stores a token; one with the same text is replaced.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn save_token(&mut self, token: &Token) -> Result<(), StoreError> {
        self.database_mut().forget_tokens();
        write_token(self.connection(), token)
    }

    /// A client of an API's token endpoint, compared exactly.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn client(&mut self, api: &str, client_id: &str) -> Result<Option<Client>, StoreError> {
        let sql = "select api, client_id, client_secret, read_only from client where api = ? and client_id = ? \
                   order by position limit 1";
        let statements = self.statements();
        self.one(sql, (api, client_id), |columns| read_client(&statements.schema, columns))
    }
}

/// A row of `token, state, apis, expires_at, client, user, password, scope`.
pub(super) fn read_token(schema: &Schema, columns: &mut Columns<'_>) -> Result<Token, StoreError> {
    Ok(Token {
        token: columns.next()?,
        state: columns.text()?.and_then(TokenState::from_name).ok_or(StoreError::Unreadable("token state"))?,
        apis: match columns.text()? {
            Some(text) => Some(
                from_json::<Vec<&str>>(text)?.into_iter().map(|name| api(schema, name)).collect::<Result<_, _>>()?,
            ),
            None => None,
        },
        expires_at: columns.date()?,
        client: columns.next()?,
        user: columns.some_guid()?,
        password: columns.next()?,
        scope: columns.next()?,
    })
}

/// A row of `api, client_id, client_secret, read_only`.
pub(super) fn read_client(schema: &Schema, columns: &mut Columns<'_>) -> Result<Client, StoreError> {
    Ok(Client {
        api: api(schema, columns.text()?.unwrap_or_default())?,
        client_id: columns.next()?,
        client_secret: columns.next()?,
        read_only: columns.flag()?,
    })
}

/// Stores a token: a new one after all others, one with a known text in its place.
pub(super) fn write_token(connection: &Connection, token: &Token) -> Result<(), StoreError> {
    let sql = "insert into token (token, state, apis, expires_at, client, user, password, scope) \
               values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (token) do update set state = excluded.state, \
               apis = excluded.apis, expires_at = excluded.expires_at, client = excluded.client, \
               user = excluded.user, password = excluded.password, scope = excluded.scope";
    let Token { token, state, apis, expires_at, client, user, password, scope } = token;
    let apis = apis.as_ref().map(to_json).transpose()?;
    let (expires_at, user) = (expires_at.map(|date| date.ticks), user.as_ref().map(|id| id.as_bytes()));
    run(connection, sql, (token, state.name(), apis, expires_at, client, user, password, scope))?;
    Ok(())
}

/// chosen: a file that names an API this server does not have cannot be served by it.
fn api(schema: &Schema, name: &str) -> Result<&'static str, StoreError> {
    schema.api(name).ok_or(StoreError::Unreadable("name of an API"))
}
