//! A user: the members that every API shares, and the facets that single APIs add. Which facets there are is data (see
//! [`facet!`](crate::facet)); nothing here names an API.

use crate::codec::convert::ordinal;
use crate::contract::{DateTime, DateTimeKind, Facet, FacetType, Value};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{Context, SHA256};
use uuid::Uuid;

/// The members of a user that every API shares (docs/spec/control.md §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id that APIs without a key of their own show.
    pub id: Uuid,
    /// Unique per world without regard to case. `None` only for users that no API with usernames shows.
    pub username: Option<String>,
    /// E-mail address, as it was sent.
    pub email: Option<String>,
    /// Display name.
    pub display_name: Option<String>,
    /// Password in clear text, as the vendors' samples show it.
    pub password: Option<String>,
    /// Whether the user may sign in.
    pub enabled: bool,
    /// When the user was created, UTC.
    pub created_at: DateTime,
    /// When the user was last changed, UTC.
    pub modified_at: DateTime,
}

/// The dates of a user whose document has none: fixed, so that a seed is the same in every run (chosen).
/// 2024-01-01T00:00:00Z.
pub const DEFAULT_DATE: DateTime = DateTime { ticks: 638_396_640_000_000_000, kind: DateTimeKind::Utc };

impl User {
    /// An enabled user without a name.
    #[must_use]
    pub fn new(id: Uuid, at: DateTime) -> User {
        let (username, email, display_name, password) = (None, None, None, None);
        User { id, username, email, display_name, password, enabled: true, created_at: at, modified_at: at }
    }

    /// What a token remembers of the password of the user it is issued to. SHA-256, so that a state document which
    /// shows tokens and no passwords reveals none.
    #[must_use]
    pub(crate) fn password_fingerprint(&self) -> String {
        let mut hash = Context::new(&SHA256);
        hash.update(self.id.as_bytes());
        hash.update(self.password.as_deref().unwrap_or_default().as_bytes());
        URL_SAFE_NO_PAD.encode(hash.finish())
    }
}

/// A username, e-mail address or display name in the form in which they are compared, without regard to case.
#[must_use]
pub fn folded(name: &str) -> String {
    ordinal::ignoring_case(name)
}

/// A user of one API: the shared members and that API's facet.
#[derive(Debug, Clone, PartialEq)]
pub struct UserWith<F> {
    /// The shared members.
    pub shared: User,
    /// The API's facet.
    pub facet: F,
}

/// A user with every facet, as documents and worlds contain it.
#[derive(Debug, Clone, PartialEq)]
pub struct UserRecord {
    /// The shared members.
    pub shared: User,
    /// The facets it has, in the order of the table of APIs.
    pub(crate) facets: Vec<FacetRecord>,
}

/// A facet as data: one value per member of its declaration.
#[derive(Debug, Clone)]
pub struct FacetRecord {
    /// The declaration.
    pub facet: &'static FacetType,
    /// One value per member.
    pub values: Vec<Value>,
}

impl PartialEq for FacetRecord {
    fn eq(&self, other: &Self) -> bool {
        self.facet.api == other.facet.api && self.values == other.values
    }
}

impl From<User> for UserRecord {
    fn from(user: User) -> UserRecord {
        UserRecord { shared: user, facets: Vec::new() }
    }
}

impl UserRecord {
    /// The same user with one more facet. Facets are added in the order of the table of APIs.
    #[must_use]
    pub fn with<F: Facet>(mut self, facet: &F) -> UserRecord {
        self.set(facet);
        self
    }

    /// Gives the user a facet, in place of the one of that API that it had.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn set<F: Facet>(&mut self, facet: &F) {
        let record = FacetRecord { facet: F::TYPE, values: facet.to_values() };
        match self.facets.iter_mut().find(|known| known.facet.api == F::TYPE.api) {
            Some(known) => *known = record,
            None => self.facets.push(record),
        }
    }

    /// A facet as its Rust type.
    #[must_use]
    pub fn facet<F: Facet>(&self) -> Option<F> {
        self.values(F::TYPE.api).map(|values| F::from_values(values.to_vec()))
    }

    /// A facet's values by its API's name.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn values(&self, api: &str) -> Option<&[Value]> {
        self.facets.iter().find(|known| known.facet.api == api).map(|known| &*known.values)
    }
}

/// What only tests ask.
#[cfg(feature = "testing")]
impl UserRecord {
    /// Whether an API shows this user.
    #[must_use]
    pub fn is_in(&self, api: &str) -> bool {
        self.values(api).is_some()
    }

    /// Removes a facet.
    pub fn remove(&mut self, api: &str) {
        self.facets.retain(|known| known.facet.api != api);
    }
}
