//! What a token endpoint hands out beside tokens: authorization codes and refresh tokens, each good once.

use super::rows::Columns;
use super::{StoreError, Transaction};
use crate::contract::DateTime;
use crate::state::Api;

/// A code or refresh token that can be turned into a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The text that the client holds.
    pub secret: String,
    /// The API whose token endpoint made it.
    pub api: Api,
    /// The client it was made for.
    pub client_id: String,
    /// What it must be presented with: the redirect address of a code, nothing for a refresh token.
    pub redirect_uri: Option<String>,
    /// When it ends, by the world's clock.
    pub expires_at: DateTime,
}

impl Transaction {
    /// Keeps a grant.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn save_grant(&mut self, grant: &Grant) -> Result<(), StoreError> {
        let statement = sqlx::query(
            "insert into token_grant (world, secret, api, client_id, redirect_uri, expires_at) \
             values ($1, $2, $3, $4, $5, $6)",
        );
        let statement = statement.bind(self.world()).bind(&grant.secret).bind(grant.api.name());
        let statement = statement.bind(&grant.client_id).bind(grant.redirect_uri.as_deref());
        statement.bind(grant.expires_at.ticks).execute(self.connection()).await?;
        Ok(())
    }

    /// Takes a grant out of the world, so that it works once.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn take_grant(&mut self, api: Api, secret: &str) -> Result<Option<Grant>, StoreError> {
        let statement = sqlx::query(
            "delete from token_grant where world = $1 and secret = $2 and api = $3 \
             returning client_id, redirect_uri, expires_at",
        );
        let statement = statement.bind(self.world()).bind(secret).bind(api.name());
        let Some(row) = statement.fetch_optional(self.connection()).await? else { return Ok(None) };
        let mut columns = Columns::of(&row);
        Ok(Some(Grant {
            secret: secret.to_owned(),
            api,
            client_id: columns.next()?,
            redirect_uri: columns.next()?,
            expires_at: columns.date()?.ok_or(StoreError::Unreadable("grant"))?,
        }))
    }
}
