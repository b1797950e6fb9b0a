//! The emulated APIs, one folder each. An API is data: where it lives, the framework it runs on, its operations and
//! the wording of its refusals. [`Apis`] is the table of APIs that a server stands in for; a fifth API is one folder
//! and one line in [`Apis::four`], or a value that a program adds with [`Apis::with`].

pub mod admin_users;
pub mod arguments;
pub mod authentication;
mod call;
pub mod evidence;
pub mod expoints;
pub mod jwt;
pub mod oauth;
pub mod operation;
pub mod pbnb;
pub mod prelude;
pub mod reseller;
mod routes;
pub mod signing_key;
mod table;

pub use call::{Call, Outcome, Refusal, Services};
pub use operation::{Operation, Provenance, Sample};
pub use table::Apis;
pub(crate) use table::seed_refused;

use crate::apis::authentication::{Denial, Permits, TokenTransport};
use crate::codec::Advice;
use crate::contract::{ApiList, DateTime, FacetType};
use crate::frameworks::webapi::{Formatter, Reply};
use crate::model::UserRecord;
use crate::store::{StoreError, Transaction};

/// One vendor API.
#[derive(Debug)]
pub struct Api {
    /// Its name in filters, metrics and state documents, e.g. `adminUsers`.
    pub name: &'static str,
    /// The name of its OpenAPI document, e.g. `admin-users`; also part of `exec`'s variables.
    pub document: &'static str,
    /// The title of its document.
    pub title: &'static str,
    /// A paragraph for its document.
    pub description: &'static str,
    /// The addresses at which it answers. The first mount is the documented one.
    pub mounts: &'static [Mount],
    /// The framework that the vendor runs it on.
    pub framework: Framework,
    /// Its facet of a user.
    pub facet: &'static FacetType,
    /// The lists that it owns, in the order of documents.
    pub lists: &'static [&'static ApiList],
    /// Codes of advice that its endpoints give, in addition to those of formats and frameworks.
    pub advice: &'static [Advice],
    /// How a token comes, and whether the vendor documents that one must.
    pub transport: TokenTransport,
    /// The path, below the server's root, of the read that shows one user, or of the list that has it; `None` for a user
    /// that the API does not show.
    pub address_of_user: AddressOfUser,
    /// Its operations.
    pub operations: &'static [Operation],
    /// Whether a caller may do what a request wants: which accounts it reaches, what its roles allow. Asked when the
    /// arguments are bound, and not for tokens that a document lists without a holder.
    pub permits: Permits,
    /// Its answer, at a moment, to a request without a valid token.
    pub denied: fn(&Denial, DateTime) -> Reply,
    /// Its answer when this server failed or a limit was exceeded.
    pub server_error: fn(ServerError, DateTime) -> Reply,
}

/// Where an API shows a user, which may depend on its lists.
pub type AddressOfUser = fn(&mut Transaction, &UserRecord) -> Result<Option<String>, StoreError>;

impl std::fmt::Debug for Framework {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Framework::WebApi(_) => "WebApi",
            Framework::AspNetCore(_) => "AspNetCore",
        })
    }
}

/// A place where an API answers.
#[derive(Debug, Clone, Copy)]
pub struct Mount {
    /// The virtual directory in front of the routes, e.g. `/pbnb`; not part of any template.
    pub directory: &'static str,
    /// The first segments below it that belong to the API, e.g. `/v1`; `*` as the first matches any one segment.
    pub prefix: &'static str,
}

/// The framework behind an API.
#[derive(Clone, Copy)]
pub enum Framework {
    /// ASP.NET Web API 2 with these formatters.
    WebApi(&'static [Formatter]),
    /// ASP.NET Core, whose refusals this function puts into the API's error format.
    AspNetCore(fn(&crate::frameworks::aspnetcore::Refusal, &str, DateTime) -> Reply),
}

/// A failure outside an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerError {
    /// A fault of this server: logged, never explained to the client.
    Fault,
    /// The body is larger than `--body-limit`.
    BodyTooLarge,
    /// The connection ended before the body did.
    BodyIncomplete,
    /// No more of the body arrived for `--request-timeout`.
    BodyTooSlow,
    /// A text of the body is longer than any may be.
    TextTooLong,
    /// There are `--max-worlds` worlds already.
    TooManyWorlds,
    /// A fault that a test injected, with its status.
    Injected(http::StatusCode),
}

impl ServerError {
    /// The status.
    #[must_use]
    pub fn status(self) -> http::StatusCode {
        match self {
            ServerError::Fault => http::StatusCode::INTERNAL_SERVER_ERROR,
            ServerError::BodyTooLarge => http::StatusCode::PAYLOAD_TOO_LARGE,
            ServerError::BodyIncomplete | ServerError::TextTooLong => http::StatusCode::BAD_REQUEST,
            ServerError::BodyTooSlow => http::StatusCode::REQUEST_TIMEOUT,
            ServerError::TooManyWorlds => http::StatusCode::INSUFFICIENT_STORAGE,
            ServerError::Injected(status) => status,
        }
    }

    /// A sentence for the client. The first two are the framework's own, the others chosen; those of injected statuses
    /// follow what Expoints documents of them (docs/spec/expoints.md §5).
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            ServerError::Fault => "An error has occurred.",
            ServerError::BodyTooLarge => "Maximum request length exceeded.",
            ServerError::BodyIncomplete => "The request body did not arrive whole.",
            ServerError::BodyTooSlow => ServerError::Injected(http::StatusCode::REQUEST_TIMEOUT).sentence(),
            ServerError::TextTooLong => "A text of the request is longer than 1 MiB.",
            ServerError::TooManyWorlds => "No further world may come into being; see --max-worlds.",
            ServerError::Injected(status) => match status.as_u16() {
                408 => "The server timed out waiting for the request.",
                429 => "Too many requests in a given amount of time.",
                500 => "An error has occurred.",
                503 => "The server is unable to process the request at the moment, try again later.",
                _ => status.canonical_reason().unwrap_or("An error has occurred."),
            },
        }
    }
}
