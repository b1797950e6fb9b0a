//! The emulated APIs, one folder each. An API is data: where it lives, the framework it runs on, its operations and
//! what it says when something cannot be done. A fifth API is one folder and one line in [`APIS`].

pub mod admin_users;
pub mod authentication;
mod call;
pub mod expoints;
pub mod oauth;
pub mod operation;
pub mod pbnb;
pub mod reseller;

pub use call::{Call, Outcome, Refusal};
pub use operation::{Documented, Operation, Provenance, Sample};

use crate::apis::authentication::{Denial, Transport};
use crate::contract::DateTime;
use crate::frameworks::webapi::{Formatter, Reply};

/// Every API this server stands in for.
pub static APIS: [&Api; 4] = [&pbnb::API, &reseller::API, &expoints::API, &admin_users::API];

/// One vendor API.
#[derive(Debug)]
pub struct Api {
    /// The name by which filters, metrics and settings call it, e.g. `adminUsers`.
    pub name: &'static str,
    /// The name of its OpenAPI document, e.g. `admin-users`.
    pub document: &'static str,
    /// What it is, for documents.
    pub title: &'static str,
    /// A paragraph for documents.
    pub description: &'static str,
    /// Where it lives. The first mount is the documented one.
    pub mounts: &'static [Mount],
    /// The framework the vendor runs.
    pub framework: Framework,
    /// How a token comes, and whether the vendor documents that one must.
    pub transport: Transport,
    /// Its operations.
    pub operations: &'static [Operation],
    /// What it answers, at a moment, to a request without a good token.
    pub denied: fn(&Denial, DateTime) -> Reply,
    /// What it answers when something of ours failed or a limit was passed.
    pub trouble: fn(Trouble, DateTime) -> Reply,
}

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
    /// The first segments below it that belong to the API, e.g. `/v1`; `*` as the first stands for any one segment.
    pub prefix: &'static str,
}

/// The framework behind an API.
#[derive(Clone, Copy)]
pub enum Framework {
    /// ASP.NET Web API 2 with these formatters.
    WebApi(&'static [Formatter]),
    /// ASP.NET Core, its own refusals of a path dressed by the API.
    AspNetCore(fn(&crate::frameworks::aspnetcore::Refusal, &str, DateTime) -> Reply),
}

/// What can go wrong outside an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// A fault of this server: logged, never explained to the client.
    Fault,
    /// The body is larger than `--body-limit`.
    BodyTooLarge,
    /// The body did not arrive whole.
    BodyIncomplete,
    /// The body did not come on for `--request-timeout`.
    BodyTooSlow,
    /// No further world may come into being.
    TooManyWorlds,
    /// A fault that a test asked for, with its status.
    Injected(http::StatusCode),
}

impl Api {
    /// Where a path belongs to this API: the mount and its length, compared without case and by whole segments.
    #[must_use]
    pub fn mount_of(&self, path: &str) -> Option<(&'static Mount, usize)> {
        let fits = |mount: &&Mount| starts_with_segments(path, mount.directory, mount.prefix);
        let longest = self.mounts.iter().filter(fits).max_by_key(|mount| mount.directory.len() + mount.prefix.len())?;
        Some((longest, longest.directory.len() + longest.prefix.len()))
    }
}

/// The API to which a path belongs and the mount it came through; the longest match wins (`/api/v1.0` is the Reseller's,
/// any other `/api` the Admin users').
#[must_use]
pub fn owner_of(path: &str) -> Option<(usize, &'static Mount)> {
    let owned =
        APIS.iter().enumerate().filter_map(|(n, api)| api.mount_of(path).map(|(mount, length)| (length, n, mount)));
    owned.max_by_key(|(length, ..)| *length).map(|(_, n, mount)| (n, mount))
}

/// Whether a path starts with a directory and the whole segments of a prefix, compared without case.
fn starts_with_segments(path: &str, directory: &str, prefix: &str) -> bool {
    let Some(rest) = below(path, directory) else { return false };
    let Some(after) = prefix.strip_prefix("/*") else { return below(rest, prefix).is_some() };
    let Some(rest) = rest.strip_prefix('/') else { return false };
    let any = rest.find('/').unwrap_or(rest.len());
    any > 0 && rest.get(any..).is_some_and(|rest| starts_with_segments(rest, "", after))
}

/// What follows the whole segments `head` at the front of a path.
fn below<'p>(path: &'p str, head: &str) -> Option<&'p str> {
    let (own, rest) = path.split_at_checked(head.len())?;
    ((rest.is_empty() || rest.starts_with('/')) && own.eq_ignore_ascii_case(head)).then_some(rest)
}

impl Trouble {
    /// The status.
    #[must_use]
    pub fn status(self) -> http::StatusCode {
        match self {
            Trouble::Fault => http::StatusCode::INTERNAL_SERVER_ERROR,
            Trouble::BodyTooLarge => http::StatusCode::PAYLOAD_TOO_LARGE,
            Trouble::BodyIncomplete => http::StatusCode::BAD_REQUEST,
            Trouble::BodyTooSlow => http::StatusCode::REQUEST_TIMEOUT,
            Trouble::TooManyWorlds => http::StatusCode::TOO_MANY_REQUESTS,
            Trouble::Injected(status) => status,
        }
    }

    /// A sentence for the client. The first two are the framework's own, the others chosen; those of injected statuses
    /// follow what Expoints documents of them (spec/expoints.md §5).
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Trouble::Fault => "An error has occurred.",
            Trouble::BodyTooLarge => "Maximum request length exceeded.",
            Trouble::BodyIncomplete => "The request body did not arrive whole.",
            Trouble::BodyTooSlow => Trouble::Injected(http::StatusCode::REQUEST_TIMEOUT).sentence(),
            Trouble::TooManyWorlds => "No further world may come into being; see --max-worlds.",
            Trouble::Injected(status) => match status.as_u16() {
                408 => "The server timed out waiting for the request.",
                429 => "Too many requests in a given amount of time.",
                500 => "An error has occurred.",
                503 => "The server is unable to process the request at the moment, try again later.",
                _ => status.canonical_reason().unwrap_or("An error has occurred."),
            },
        }
    }
}

impl Api {
    /// Every address of a template, the documented one first.
    #[must_use]
    pub fn paths(&self, template: &str) -> Vec<String> {
        self.directories(template).iter().map(|directory| format!("{directory}/{template}")).collect()
    }

    /// The virtual directories in which a template stands, the documented one first.
    #[must_use]
    pub fn directories(&self, template: &str) -> Vec<&'static str> {
        let fits = |mount: &&Mount| starts_with_segments(&format!("/{template}"), "", mount.prefix);
        let mut directories: Vec<&str> = self.mounts.iter().filter(fits).map(|mount| mount.directory).collect();
        directories.dedup();
        directories
    }
}
