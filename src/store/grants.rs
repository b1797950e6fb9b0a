//! Authorization codes and refresh tokens, which a token endpoint issues in addition to tokens; each is good once.

use super::{StoreError, Transaction};
use crate::contract::DateTime;
use crate::model::User;
use uuid::Uuid;

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
    /// The user who signed in, with whom it ends; `None` where the client stands for itself.
    pub user: Option<GrantedBy>,
    /// The proof of possession that a code has to be presented with.
    pub proof: Option<Proof>,
    /// What the id token for a code repeats.
    pub nonce: Option<String>,
}

impl Grant {
    /// A grant of an API to a client, until a moment.
    #[must_use]
    pub fn new(secret: String, api: &'static str, client_id: String, expires_at: DateTime) -> Grant {
        let (redirect_uri, scope, user, proof, nonce) = (None, None, None, None, None);
        Grant { secret, api, client_id, redirect_uri, scope, expires_at, user, proof, nonce }
    }
}

/// A user who signed in, as a grant remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedBy {
    /// The user's id.
    pub user: Uuid,
    /// The fingerprint of the password at the time.
    password: String,
}

impl GrantedBy {
    /// A user who signs in now.
    #[must_use]
    pub fn new(user: &User) -> GrantedBy {
        GrantedBy { user: user.id, password: user.password_fingerprint() }
    }

    /// Whether a user with these values, now, is still the one who signed in.
    #[must_use]
    pub fn is(&self, user: &User) -> bool {
        user.id == self.user && user.enabled && user.password_fingerprint() == self.password
    }
}

/// What a client sent when it asked for a code, and has to know the origin of when it redeems the code (PKCE, RFC 7636).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// `code_challenge`
    pub challenge: String,
    /// Whether the verifier is the challenge itself rather than what the challenge is the SHA-256 of.
    pub plain: bool,
}

impl Transaction {
    /// Stores a grant.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn save_grant(&mut self, grant: &Grant) -> Result<(), StoreError> {
        let sql = "insert into token_grant (secret, api, client_id, redirect_uri, scope, expires_at, user, password, \
                   challenge, plain, nonce) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let Grant { secret, api, client_id, redirect_uri, scope, expires_at, user, proof, nonce } = grant;
        let (user, password) = user.as_ref().map(|by| (by.user.as_bytes(), &by.password)).unzip();
        let (challenge, plain) = proof.as_ref().map(|proof| (&proof.challenge, proof.plain)).unzip();
        let values =
            (secret, api, client_id, redirect_uri, scope, expires_at.ticks, user, password, challenge, plain, nonce);
        self.run(sql, values)?;
        Ok(())
    }

    /// Takes a grant out of the world, so that it works once.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn take_grant(&mut self, api: &'static str, secret: &str) -> Result<Option<Grant>, StoreError> {
        let sql = "delete from token_grant where secret = ? and api = ? returning client_id, redirect_uri, scope, expires_at, \
             user, password, challenge, plain, nonce";
        self.one(sql, (secret, api), |columns| {
            let (client_id, redirect_uri, scope) = (columns.next()?, columns.next()?, columns.next()?);
            let expires_at = columns.date()?.ok_or(StoreError::Unreadable("grant"))?;
            let user = Option::zip(columns.some_guid()?, columns.next()?);
            let proof: Option<(String, bool)> = Option::zip(columns.next()?, columns.next()?);
            Ok(Grant {
                secret: secret.to_owned(),
                api,
                client_id,
                redirect_uri,
                scope,
                expires_at,
                user: user.map(|(user, password)| GrantedBy { user, password }),
                proof: proof.map(|(challenge, plain)| Proof { challenge, plain }),
                nonce: columns.next()?,
            })
        })
    }
}
