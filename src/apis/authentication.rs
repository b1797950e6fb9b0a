//! Who is calling: finds the token in a request, looks up in the world whether it is good and whose it is, and asks the
//! API whether its holder may do what the request wants. Each API words its own denials.
//!
//! A token is looked up, never decoded: what was issued is in the world, with the copies that forks and snapshots make of
//! it, so a token of another world or a forged one is simply unknown.

use crate::apis::{Api, Operation};
use crate::codec::{Advice, Note};
use crate::config::AuthMode;
use crate::contract::Value;
use crate::model::{TokenState, UserRecord};
use crate::store::{Store, StoreError, TokenReader, Transaction, WorldName};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName};

/// How requests carry their token, and what it has to be for.
#[derive(Debug, Clone, Copy)]
pub struct TokenTransport {
    /// Whether the vendor documents that a token is required.
    pub documented: bool,
    /// A header that may carry the bare token instead of `Authorization: Bearer`.
    pub header: Option<&'static str>,
    /// The scope that an issued token must have; `None` where scopes do not matter.
    pub scope: Option<&'static str>,
}

/// Why a request was denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// No token, or another authentication scheme.
    Missing,
    /// A token that the world does not know, or that is for another API.
    Unknown,
    /// A token whose time is over.
    Expired,
    /// A token that was revoked.
    Revoked,
    /// A valid token that may not use this API, or may only read.
    Forbidden,
    /// A token of a user who is disabled, deleted or has another password by now.
    UserGone,
    /// A token without the scope of this API.
    OtherScope,
    /// A token that reaches another account than the one that is addressed.
    OtherAccount,
    /// A token of a user without the role that the call needs.
    RoleMissing,
}

impl Denial {
    /// The advice that stands in its place where tokens are not checked strictly; `None` for what is refused always.
    fn advice(self) -> Option<(Advice, &'static str)> {
        Some(match self {
            Denial::Missing => (Advice::AuthTokenMissing, "The request carries no token; --auth strict demands one."),
            Denial::Unknown => {
                (Advice::AuthTokenUnknown, "The token was neither listed nor issued for this API in this world.")
            }
            Denial::UserGone => {
                (Advice::AuthUserGone, "The user of the token is disabled, deleted or has another password by now.")
            }
            Denial::OtherScope => (Advice::AuthScopeMissing, "The token was issued without the scope of this API."),
            Denial::OtherAccount => (Advice::AuthOtherAccount, "The token does not reach the account in the address."),
            Denial::RoleMissing => {
                (Advice::AuthRoleMissing, "The user of the token has no role that allows this call.")
            }
            Denial::Expired | Denial::Revoked | Denial::Forbidden => return None,
        })
    }
}

/// The holder of a good token.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The user that the token belongs to, with the facet of the API; `None` where it belongs to a client.
    pub(crate) user: Option<UserRecord>,
}

/// What a caller is about to do.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// Who it is.
    pub(crate) caller: &'a Caller,
    /// The operation.
    pub(crate) operation: &'static Operation,
    /// Its arguments, one for each parameter.
    pub(crate) arguments: &'a [Value],
}

impl Attempt<'_> {
    /// The user that the token belongs to, with the facet of the API; `None` where it belongs to a client.
    #[must_use]
    pub fn user(&self) -> Option<&UserRecord> {
        self.caller.user.as_ref()
    }

    /// The operation.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The bound value of a parameter; `None` when the operation has none of this name.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Value> {
        let parameters = self.operation.action.parameters;
        self.arguments.get(parameters.iter().position(|parameter| parameter.name == name)?)
    }
}

/// Decides whether a caller may do something: the outer error is the store's, the inner the denial.
pub type Permits = fn(&Attempt<'_>, &mut Transaction) -> Result<Result<(), Denial>, StoreError>;

/// The checks of one request.
#[derive(Debug)]
pub(crate) struct Gate<'a> {
    pub(crate) api: &'static Api,
    /// The header that may carry the bare token, see [`TokenTransport::header`].
    pub(crate) header: Option<&'a HeaderName>,
    pub(crate) mode: AuthMode,
    pub(crate) store: &'a Store,
    pub(crate) world: &'a WorldName,
}

impl Gate<'_> {
    /// Admits a request by its token, before its arguments are bound, or returns why it is denied. The caller is `None`
    /// where nothing is known of the holder that could be checked further.
    ///
    /// # Errors
    /// The outer error is the store's, the inner the denial.
    pub(crate) async fn admit(
        &self,
        headers: &HeaderMap,
        operation: &Operation,
        notes: &mut Vec<Note>,
    ) -> Result<Result<Option<Caller>, Denial>, StoreError> {
        let Some(token) = token_of(headers, self.header) else {
            if headers.contains_key("authorisation") {
                let message = "The header Authorisation is not read; HTTP spells it Authorization.".to_owned();
                notes.push(Note { code: Advice::AuthHeaderMisspelt, message });
            }
            let optional = !self.api.transport.documented;
            return Ok(if optional { self.tolerated(Denial::Missing, notes) } else { Err(Denial::Missing) });
        };
        // Without a token the database is not asked.
        let tokens = self.store.tokens(self.world).await?;
        Ok(match self.known(token, operation, tokens)? {
            Ok(caller) => Ok(caller),
            Err(denial) => self.tolerated(denial, notes),
        })
    }

    /// The holder of a token that is good at this API.
    fn known(
        &self,
        token: &str,
        operation: &Operation,
        mut tokens: TokenReader,
    ) -> Result<Result<Option<Caller>, Denial>, StoreError> {
        let Some(token) = tokens.token(token)? else { return Ok(Err(Denial::Unknown)) };
        let concerns = token.apis.as_ref().is_none_or(|apis| apis.contains(&self.api.name));
        let expired = token.expires_at.is_some_and(|end| end.ticks <= tokens.now().ticks);
        match token.state {
            _ if expired => return Ok(Err(Denial::Expired)),
            TokenState::Expired => return Ok(Err(Denial::Expired)),
            TokenState::Revoked => return Ok(Err(Denial::Revoked)),
            // A token issued for one API is unknown to the others.
            _ if !concerns => return Ok(Err(Denial::Unknown)),
            TokenState::Forbidden => return Ok(Err(Denial::Forbidden)),
            TokenState::ReadOnly if operation.action.method != "GET" => return Ok(Err(Denial::Forbidden)),
            TokenState::Valid | TokenState::ReadOnly => {}
        }
        let scope = Option::zip(self.api.transport.scope, token.scope.as_deref());
        if scope.is_some_and(|(wanted, granted)| !granted.split(' ').any(|scope| scope == wanted)) {
            return Ok(Err(Denial::OtherScope));
        }
        let Some(id) = token.user else {
            // A token that a document lists belongs to nobody and reaches everything.
            return Ok(Ok(token.client.is_some().then_some(Caller { user: None })));
        };
        let user = tokens.into_transaction().user_of(self.api.facet, id)?.filter(|user| token.is_of(&user.shared));
        Ok(match user {
            Some(user) => Ok(Some(Caller { user: Some(user) })),
            None => Err(Denial::UserGone),
        })
    }

    /// Asks the API whether a caller may do what the request wants, now that its arguments are known.
    ///
    /// # Errors
    /// The outer error is the store's, the inner the denial.
    pub(crate) async fn permit(
        &self,
        attempt: &Attempt<'_>,
        notes: &mut Vec<Note>,
    ) -> Result<Result<(), Denial>, StoreError> {
        let mut transaction = self.store.read(self.world).await?;
        Ok(match (self.api.permits)(attempt, &mut transaction)? {
            Ok(()) => Ok(()),
            Err(denial) => self.tolerated(denial, notes).map(|_| ()),
        })
    }

    /// A denial, or no more than a note about it where tokens are not checked strictly.
    fn tolerated(&self, denial: Denial, notes: &mut Vec<Note>) -> Result<Option<Caller>, Denial> {
        match denial.advice() {
            Some((code, message)) if self.mode == AuthMode::Open => {
                notes.push(Note { code, message: message.to_owned() });
                Ok(None)
            }
            _ => Err(denial),
        }
    }
}

/// What an API permits whose callers may do everything.
///
/// # Errors
/// None.
pub fn everything(_: &Attempt<'_>, _: &mut Transaction) -> Result<Result<(), Denial>, StoreError> {
    Ok(Ok(()))
}

/// The credentials after a scheme in `Authorization`, the scheme compared without case; untrimmed.
#[must_use]
pub fn credentials<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let line = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (sent, rest) = line.split_at_checked(scheme.len())?;
    rest.strip_prefix(' ').filter(|_| sent.eq_ignore_ascii_case(scheme))
}

/// The token of a request, trimmed; an empty one counts as none.
fn token_of<'h>(headers: &'h HeaderMap, own: Option<&HeaderName>) -> Option<&'h str> {
    let own = own.and_then(|name| headers.get(name)).and_then(|value| value.to_str().ok());
    own.or_else(|| credentials(headers, "Bearer")).map(str::trim).filter(|token| !token.is_empty())
}
