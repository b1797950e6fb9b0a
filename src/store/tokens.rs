//! Bearer tokens and the clients that may ask for one.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::rows::{Columns, from_json, to_json, write_rows};
use super::{StoreError, Transaction};
use crate::state::{Api, Client, Token, TokenState};

impl Transaction {
    /// A listed or issued token, compared exactly.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn token(&mut self, token: &str) -> Result<Option<Token>, StoreError> {
        let statement = sqlx::query("select token, state, apis, expires_at from token where world = $1 and token = $2");
        let row = statement.bind(self.world()).bind(token).fetch_optional(self.connection()).await?;
        row.as_ref().map(read_token).transpose()
    }

    /// Keeps a token; one with the same text is replaced.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn save_token(&mut self, token: &Token) -> Result<(), StoreError> {
        let last: Option<i64> = sqlx::query_scalar("select max(position) from token where world = $1")
            .bind(self.world())
            .fetch_one(self.connection())
            .await?;
        let world = self.world();
        write_tokens(self.connection(), world, &[(last.unwrap_or(0) + 1, token)]).await
    }

    /// A client of an API's token endpoint, compared exactly.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn client(&mut self, api: Api, client_id: &str) -> Result<Option<Client>, StoreError> {
        let statement = sqlx::query(
            "select api, client_id, client_secret from client \
             where world = $1 and api = $2 and client_id = $3 order by position limit 1",
        );
        let statement = statement.bind(self.world()).bind(api.name()).bind(client_id);
        let row = statement.fetch_optional(self.connection()).await?;
        row.as_ref().map(read_client).transpose()
    }
}

/// A row of `token, state, apis, expires_at`.
pub(super) fn read_token(row: &SqliteRow) -> Result<Token, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Token {
        token: columns.next()?,
        state: TokenState::of(columns.next()?).ok_or(StoreError::Unreadable("token state"))?,
        apis: match columns.next::<Option<&str>>()? {
            Some(text) => Some(from_json::<Vec<&str>>(text)?.into_iter().map(api).collect::<Result<_, _>>()?),
            None => None,
        },
        expires_at: columns.date()?,
    })
}

/// A row of `api, client_id, client_secret`.
pub(super) fn read_client(row: &SqliteRow) -> Result<Client, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Client { api: api(columns.next()?)?, client_id: columns.next()?, client_secret: columns.next()? })
}

/// Keeps tokens at their positions; one whose text is known already keeps its place.
pub(super) async fn write_tokens(
    connection: &mut SqliteConnection,
    world: i64,
    tokens: &[(i64, &Token)],
) -> Result<(), StoreError> {
    let head = "insert into token (world, position, token, state, apis, expires_at)";
    let tail = " on conflict (world, token) do update set state = excluded.state, apis = excluded.apis, \
                expires_at = excluded.expires_at";
    write_rows(connection, world, (head, 5, tail), tokens, |statement, (position, token)| {
        let apis = token.apis.as_ref().map(|apis| apis.iter().map(|api| api.name()).collect::<Vec<_>>());
        Ok(statement
            .bind(position)
            .bind(&token.token)
            .bind(token.state.name())
            .bind(apis.as_ref().map(to_json).transpose()?)
            .bind(token.expires_at.map(|date| date.ticks)))
    })
    .await
}

fn api(name: &str) -> Result<Api, StoreError> {
    Api::of(name).ok_or(StoreError::Unreadable("api"))
}
