//! The state document (spec/control.md §4): seed file, export and replacement are this one shape, and its types are
//! what the store keeps. Reading one reports every problem with its line and path; writing one gives the same shape.

pub mod clock;
mod diff;
pub mod ids;
mod members;
pub mod names;
mod parse;
mod parse_user;
mod path;
mod problem;
mod tree;
mod user;
mod write;

pub use diff::{Change, Diff, Member};
pub use problem::Problem;
pub use user::{AdminUsersFacet, Api, ExpointsFacet, ExpointsType, Membership, PbnbFacet, ResellerFacet, User, folded};

use uuid::Uuid;

use crate::contract::{DateTime, DateTimeKind};

/// Everything a world holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// What the world's clock shows; `None` is real time.
    pub clock: Option<ClockState>,
    /// Users in order.
    pub users: Vec<User>,
    /// PBNB's accounts, in order.
    pub pbnb_accounts: Vec<PbnbAccount>,
    /// PBNB's roles, in order.
    pub pbnb_roles: Vec<PbnbRole>,
    /// Reseller's accounts (tenants), in order.
    pub reseller_accounts: Vec<ResellerAccount>,
    /// Expoints' roles, in order.
    pub expoints_roles: Vec<Named>,
    /// Admin users' accounts, in order.
    pub admin_accounts: Vec<Named>,
    /// Admin users' languages, in order.
    pub admin_languages: Vec<Named>,
    /// Known tokens, in order.
    pub tokens: Vec<Token>,
    /// Clients that may ask a token endpoint, in order.
    pub clients: Vec<Client>,
}

/// A clock that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockState {
    /// What it showed when the document was written, UTC.
    pub now: DateTime,
    /// Whether it stands still.
    pub frozen: bool,
}

/// A PBNB account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PbnbAccount {
    /// Its number.
    pub id: i32,
    /// Which flags of its user defaults are on, a bit each in the order of [`names::USER_DEFAULTS`].
    pub user_defaults: i32,
}

/// A PBNB role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PbnbRole {
    /// Its number.
    pub id: i32,
    /// Its name.
    pub name: String,
}

/// A Reseller account tenant. What stands after `enabled` is written to documents only where it is not the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResellerAccount {
    /// The tenant id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Whether it is in use.
    pub enabled: bool,
    /// Its description.
    pub description: Option<String>,
    /// The enterprise's own number or code for it.
    pub reference: Option<String>,
    /// An IANA time zone; `None` is the enterprise's.
    pub timezone: Option<String>,
    /// ISO 3166; `None` is the enterprise's.
    pub country_code: Option<String>,
    /// The enterprise it belongs to; `None` is the one that every world has.
    pub parent_tenant: Option<Uuid>,
    /// When it was made, UTC.
    pub created_at: DateTime,
    /// Flagged for deletion: no longer shown, but users may still name it.
    pub deleted: bool,
}

impl ResellerAccount {
    /// An account in use that has nothing but its name.
    #[must_use]
    pub fn new(id: Uuid, name: impl Into<String>) -> ResellerAccount {
        ResellerAccount {
            id,
            name: name.into(),
            enabled: true,
            description: None,
            reference: None,
            timezone: None,
            country_code: None,
            parent_tenant: None,
            created_at: DEFAULT_DATE,
            deleted: false,
        }
    }
}

/// A thing with an id and a name: an Expoints role, an Admin users account or language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A bearer token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The token as a client sends it.
    pub token: String,
    /// What becomes of a call that carries it.
    pub state: TokenState,
    /// The APIs it is for; `None` is all of them.
    pub apis: Option<Vec<Api>>,
    /// When an issued token ends, by the world's clock; `None` for tokens that a document lists without it.
    pub expires_at: Option<DateTime>,
}

/// What becomes of a call that carries a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// Accepted.
    Valid,
    /// Refused as out of date.
    Expired,
    /// Refused as withdrawn.
    Revoked,
    /// Known, but not allowed to do this.
    Forbidden,
}

impl TokenState {
    /// Every state.
    pub const ALL: [TokenState; 4] =
        [TokenState::Valid, TokenState::Expired, TokenState::Revoked, TokenState::Forbidden];

    /// The name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TokenState::Valid => "valid",
            TokenState::Expired => "expired",
            TokenState::Revoked => "revoked",
            TokenState::Forbidden => "forbidden",
        }
    }

    /// From its exact name.
    #[must_use]
    pub fn of(name: &str) -> Option<TokenState> {
        TokenState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A client of a token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The API whose token endpoint it may ask.
    pub api: Api,
    /// `client_id`
    pub client_id: String,
    /// `client_secret`
    pub client_secret: String,
}

/// When a user was made and changed if its document does not say: fixed, so that a seed is the same in every run
/// (chosen). 2024-01-01T00:00:00Z.
pub const DEFAULT_DATE: DateTime = DateTime { ticks: 638_396_640_000_000_000, kind: DateTimeKind::Utc };

impl Document {
    /// The demo seed, which a fresh server starts from. Its text is checked by a test.
    #[must_use]
    pub fn demo() -> Document {
        Document::parse(include_str!("demo.json")).unwrap_or_default()
    }
}
