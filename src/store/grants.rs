//! Authorization codes and refresh tokens, which a token endpoint issues in addition to tokens; each is good once.

use super::{StoreError, Transaction};
use crate::contract::DateTime;

/// A code or refresh token that can be turned into a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The text that the client holds.
    pub secret: String,
    /// The name of the API whose token endpoint made it.
    pub api: &'static str,
    /// The client it was made for.
    pub client_id: String,
    /// The redirect address that a code must be presented with; `None` for a refresh token.
    pub redirect_uri: Option<String>,
    /// The scope, in the API's words; `None` where the API has no scopes.
    pub scope: Option<String>,
    /// When it ends, by the world's clock.
    pub expires_at: DateTime,
}

impl Transaction {
    /// Stores a grant.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn save_grant(&mut self, grant: &Grant) -> Result<(), StoreError> {
        let sql = "insert into token_grant (secret, api, client_id, redirect_uri, scope, expires_at) values (?, ?, ?, ?, ?, ?)";
        let Grant { secret, api, client_id, redirect_uri, scope, expires_at } = grant;
        self.run(sql, (secret, api, client_id, redirect_uri, scope, expires_at.ticks))?;
        Ok(())
    }

    /// Takes a grant out of the world, so that it works once.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn take_grant(&mut self, api: &'static str, secret: &str) -> Result<Option<Grant>, StoreError> {
        let sql =
            "delete from token_grant where secret = ? and api = ? returning client_id, redirect_uri, scope, expires_at";
        self.one(sql, (secret, api), |columns| {
            Ok(Grant {
                secret: secret.to_owned(),
                api,
                client_id: columns.next()?,
                redirect_uri: columns.next()?,
                scope: columns.next()?,
                expires_at: columns.date()?.ok_or(StoreError::Unreadable("grant"))?,
            })
        })
    }
}
