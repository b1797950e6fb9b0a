//! The state document (docs/spec/control.md §4) as Rust holds it: seed file, export and replacement are this one shape.

use super::{User, UserRecord};
use crate::contract::{ApiList, DateTime, Value};
#[cfg(feature = "testing")]
use crate::contract::{ListItem, StoredRecord};
use uuid::Uuid;

/// Everything in a world.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The world's clock; `None` is real time.
    pub clock: Option<ClockState>,
    /// Users in order.
    pub users: Vec<UserRecord>,
    /// Every list that an API owns, in the order of the table of APIs, including empty ones.
    pub lists: Vec<ListRecords>,
    /// Known tokens, in order.
    pub tokens: Vec<Token>,
    /// Clients that may ask a token endpoint, in order.
    pub clients: Vec<Client>,
}

/// A clock that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockState {
    /// The time that it showed when the document was written, UTC.
    pub now: DateTime,
    /// Whether it stands still.
    pub frozen: bool,
}

/// A list that an API owns: one value per member of each item, in order.
#[derive(Debug, Clone)]
pub struct ListRecords {
    /// The declaration.
    pub list: &'static ApiList,
    /// The items.
    pub items: Vec<Vec<Value>>,
}

impl PartialEq for ListRecords {
    fn eq(&self, other: &Self) -> bool {
        self.list.path == other.list.path && self.items == other.items
    }
}

/// A bearer token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Token {
    /// The token as a client sends it.
    pub token: String,
    /// The outcome of a call that carries it.
    pub state: TokenState,
    /// The names of the APIs it is for; `None` is all of them.
    pub apis: Option<Vec<&'static str>>,
    /// When an issued token ends, by the world's clock; `None` for tokens that a document lists without it.
    pub expires_at: Option<DateTime>,
    /// The client that it was issued to; `None` for tokens that a document lists without one.
    pub client: Option<String>,
    /// The id of the user that it belongs to: it ends with that user, and reaches what the user reaches. `None` for a
    /// token that belongs to no user.
    pub user: Option<Uuid>,
    /// The fingerprint of the user's password when the token was issued: with another
    /// password the token ends. `None` for one that outlives a change of the password.
    pub password: Option<String>,
    /// The scope that it was issued with, in the API's words; `None` is no limit.
    pub scope: Option<String>,
}

impl Token {
    /// A token for one API, valid until a moment.
    #[must_use]
    pub fn new(token: String, api: &'static str, expires_at: DateTime) -> Token {
        Token { token, apis: Some(vec![api]), expires_at: Some(expires_at), ..Token::default() }
    }

    /// The same, issued to a client: one that may only read gets a token with which nothing can be changed.
    #[must_use]
    pub fn of_client(self, client: &Client) -> Token {
        let state = if client.read_only { TokenState::ReadOnly } else { self.state };
        Token { state, client: Some(client.client_id.clone()), ..self }
    }

    /// The same, which ends when the user is disabled, deleted or given another password.
    #[must_use]
    pub fn of_user(self, user: &User) -> Token {
        Token { user: Some(user.id), password: Some(user.password_fingerprint()), ..self }
    }

    /// Whether a user with these values, now, is still the one that the token was issued to.
    #[must_use]
    pub(crate) fn is_of(&self, user: &User) -> bool {
        let same_password = |known: &String| *known == user.password_fingerprint();
        user.enabled && self.password.as_ref().is_none_or(same_password)
    }
}

/// The outcome of a call that carries a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenState {
    /// Accepted.
    #[default]
    Valid,
    /// Accepted for reading; a call that would change something is refused.
    ReadOnly,
    /// Refused as out of date.
    Expired,
    /// Refused as withdrawn.
    Revoked,
    /// Known, but not allowed to do this.
    Forbidden,
}

impl TokenState {
    /// Every state.
    pub const ALL: [TokenState; 5] =
        [TokenState::Valid, TokenState::ReadOnly, TokenState::Expired, TokenState::Revoked, TokenState::Forbidden];

    /// The name in documents.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            TokenState::Valid => "valid",
            TokenState::ReadOnly => "readOnly",
            TokenState::Expired => "expired",
            TokenState::Revoked => "revoked",
            TokenState::Forbidden => "forbidden",
        }
    }

    /// The state of an exact name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<TokenState> {
        TokenState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A client of a token endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// The name of the API whose token endpoint it may ask.
    pub api: &'static str,
    /// `client_id`
    pub client_id: String,
    /// `client_secret`
    pub client_secret: String,
    /// Whether its tokens are good for reading only.
    pub read_only: bool,
}

/// What only tests ask.
#[cfg(feature = "testing")]
impl Document {
    /// The items of a list as their Rust type.
    #[must_use]
    pub fn items<L: ListItem>(&self) -> Vec<L> {
        let records = self.lists.iter().find(|known| known.list.path == L::TYPE.path);
        records.map(|known| known.items.iter().cloned().map(L::from_values).collect()).unwrap_or_default()
    }

    /// Puts items into a list, in place of those it had. A list that the document's schema does not have is added last.
    pub fn set_items<L: ListItem>(&mut self, items: &[L]) {
        let items = items.iter().map(StoredRecord::to_values).collect();
        match self.lists.iter_mut().find(|known| known.list.path == L::TYPE.path) {
            Some(known) => known.items = items,
            None => self.lists.push(ListRecords { list: L::TYPE, items }),
        }
    }
}
