//! The request journal: search, one entry, HAR, curl, clearing (docs/spec/control.md §5).

use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

use super::call::{Answer, Call, Method, Parameter};
use super::extract::{Id, Query, World};
use super::listing::{Listing, listed};
use super::question;
use super::refusal::Refusal;
use crate::apis::Apis;
use crate::codec::convert::date;
use crate::pipeline::address::{Address, nest_of_control};
use crate::pipeline::app::App;
use crate::pipeline::journal::{Entry, Journal, Kept, Match, curl, filter_members, har};
use crate::store::WorldName;

/// Entries that a search without a limit returns.
const DEFAULT_LIMIT: usize = 100;

macro_rules! search {
    ($(
        $(#[$about:meta])*
        $field:ident: $type:ty {
            name: $name:literal,
            words: $words:literal,
            fits: $fits:expr,
            was: $was:expr,
            query: ($schema:literal, $description:literal),
            schema: $json:expr,
        }
    )*) => {
        /// The query of a search: the members of a [`Match`], where it begins, and how many entries it takes. One
        /// struct, because a flattened one neither refuses unknown names nor reads numbers out of a query.
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Search {
            $(
                $(#[$about])*
                #[serde(rename = $name, default)]
                $field: Option<$type>,
            )*
            /// Whether the entry has advice.
            advice: Option<bool>,
            /// Whether a fault was applied.
            fault: Option<bool>,
            since: Option<Since>,
            limit: Option<u32>,
        }

        /// The same as documented parameters.
        const SEARCH: &[Parameter] = &[
            $(Parameter::new($name, $schema, $description),)*
            Parameter::new("advice", "Flag", "Only requests with advice, or only those without"),
            Parameter::new("fault", "Flag", "Only requests that a fault was applied to, or only the others"),
            Parameter::new("since", "Since", "The id of an entry, or a time on the world's clock"),
            Parameter::new("limit", "Count", "The largest number of entries to return"),
        ];

        impl Search {
            /// The search, if there is something that it could find.
            fn checked(self, apis: &Apis) -> Result<Checked, Refusal> {
                let Search { $($field,)* advice, fault, since, limit } = self;
                let wanted = Match { $($field),* };
                question::check(apis, &wanted)?;
                Ok(Checked { wanted, advice, fault, since, limit })
            }
        }
    };
}

filter_members!(search);

/// A search that may find something.
struct Checked {
    wanted: Match,
    advice: Option<bool>,
    fault: Option<bool>,
    since: Option<Since>,
    limit: Option<u32>,
}

/// Where a search begins.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
enum Since {
    /// After this entry.
    Entry(Uuid),
    /// At this moment of the world's clock, in ticks.
    Moment(i64),
}

/// A search, oldest first. Without `since` it returns the newest `limit` entries, with it the first ones from there on,
/// so that a reader can continue where it stopped (chosen).
pub const LIST: Call = Call {
    path: "/worlds/{world}/requests",
    id: "listRequests",
    tag: "journal",
    summary: "Requests with their answers",
    query: SEARCH,
    answer: Answer::Json(200, "Requests"),
    handler: |method| on(method, list),
    ..Call::NEW
};

async fn list(State(app): State<App>, World(world): World, Query(search): Query<Search>) -> Result<Response, Refusal> {
    let search = search.checked(app.apis())?;
    listed(move || {
        let (total, kept) = search.found(app.journal(), &world, DEFAULT_LIMIT);
        let secrets = app.journal().secrets().clone();
        let before = format!(r#"{{"total":{total},"requests":["#);
        Listing::new(before, kept, move |entry| entry.show(&secrets), |dropped| format!(r#"],"dropped":{dropped}}}"#))
    })
    .await
}

/// One entry by its id, or `latest`.
pub const GET: Call = Call {
    path: "/worlds/{world}/requests/{id}",
    id: "getRequest",
    tag: "journal",
    summary: "One entry; `latest` is the newest",
    answer: Answer::Json(200, "Entry"),
    refusals: &[404],
    handler: |method| on(method, get),
    ..Call::NEW
};

async fn get(State(app): State<App>, World(world): World, Id(id): Id) -> Result<axum::Json<Value>, Refusal> {
    let entry = one(&app, &world, &id)?;
    Ok(axum::Json(entry.show(app.journal().secrets())))
}

/// The users that one request changed.
pub const DIFFERENCE: Call = Call {
    path: "/worlds/{world}/requests/{id}/diff",
    id: "diffRequest",
    tag: "journal",
    summary: "The users that one request changed, each member before and after; `known` is false for large batches",
    answer: Answer::Json(200, "RequestDiff"),
    refusals: &[404],
    handler: |method| on(method, difference),
    ..Call::NEW
};

async fn difference(State(app): State<App>, World(world): World, Id(id): Id) -> Result<axum::Json<Value>, Refusal> {
    let entry = one(&app, &world, &id)?;
    Ok(axum::Json(entry.difference(app.journal().secrets())))
}

/// One entry, or `latest`, as a curl command.
pub const AS_CURL: Call = Call {
    path: "/worlds/{world}/requests/{id}/curl",
    id: "getRequestAsCurl",
    tag: "journal",
    summary: "One entry as a curl command",
    answer: Answer::Text("text/plain"),
    refusals: &[404],
    handler: |method| on(method, as_curl),
    ..Call::NEW
};

async fn as_curl(
    State(app): State<App>,
    World(world): World,
    Id(id): Id,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let entry = one(&app, &world, &id)?;
    let command = curl::command(&entry, &base(&uri, &world, &headers), app.journal().secrets());
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], command))
}

/// The same search as HAR, without a default limit.
pub const AS_HAR: Call = Call {
    path: "/worlds/{world}/requests.har",
    id: "getHar",
    tag: "journal",
    summary: "The journal as HAR 1.2, for browser tools",
    query: SEARCH,
    answer: Answer::Json(200, "Har"),
    handler: |method| on(method, as_har),
    ..Call::NEW
};

async fn as_har(
    State(app): State<App>,
    World(world): World,
    Query(search): Query<Search>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let search = search.checked(app.apis())?;
    listed(move || {
        let (_, kept) = search.found(app.journal(), &world, usize::MAX);
        let (base, secrets) = (base(&uri, &world, &headers), app.journal().secrets().clone());
        Listing::new(har::before(), kept, move |entry| har::exchange(entry, &base, &secrets), har::behind)
    })
    .await
}

/// Empties the world's journal.
pub const CLEAR: Call = Call {
    method: Method::Delete,
    path: "/worlds/{world}/requests",
    id: "clearRequests",
    tag: "journal",
    summary: "Empty the journal",
    handler: |method| on(method, clear),
    ..Call::NEW
};

async fn clear(State(app): State<App>, World(world): World) -> StatusCode {
    app.journal().clear(&world);
    StatusCode::NO_CONTENT
}

/// `http://host` with the world's prefix, as the reader of the control API reaches the server.
pub(super) fn base(uri: &Uri, world: &WorldName, headers: &HeaderMap) -> String {
    let path = if *world == WorldName::main() { "/".to_owned() } else { format!("/w/{world}") };
    Address::parse(nest_of_control(uri), &path, headers).map(|address| address.base).unwrap_or_default()
}

fn one(app: &App, world: &WorldName, id: &str) -> Result<Arc<Entry>, Refusal> {
    let found = match id {
        "latest" => app.journal().latest(world),
        id => id.parse().ok().and_then(|id| app.journal().get(world, id)),
    };
    found.ok_or_else(|| match id {
        "latest" => Refusal::not_found(format!("The journal of world '{world}' is empty.")),
        id => {
            Refusal::not_found(format!("The journal of world '{world}' holds no entry '{id}'; old entries go first."))
        }
    })
}

impl Checked {
    /// How many entries of a world match, and those within the limit, or within the default when the query names none.
    fn found(self, journal: &Journal, world: &WorldName, default: usize) -> (usize, Kept) {
        let Checked { wanted, advice, fault, since, limit } = self;
        let Kept { mut entries, dropped } = journal.kept(world);
        match since {
            Some(Since::Entry(id)) => {
                // A dropped entry was older than every one that is left.
                let next = entries.iter().position(|entry| entry.id == id).map_or(0, |place| place + 1);
                entries.drain(..next);
            }
            Some(Since::Moment(ticks)) => entries.retain(|entry| entry.at.ticks >= ticks),
            None => {}
        }
        entries.retain(|entry| {
            advice.is_none_or(|wanted| wanted != entry.advice.is_empty())
                && fault.is_none_or(|wanted| wanted == entry.fault.is_some())
                && wanted.fits(&entry.view())
        });
        let (total, limit) = (entries.len(), limit.map_or(default, |limit| limit as usize));
        if since.is_none() {
            entries.drain(..total.saturating_sub(limit));
        }
        entries.truncate(limit);
        (total, Kept { entries, dropped })
    }
}

impl TryFrom<String> for Since {
    type Error = String;

    fn try_from(text: String) -> Result<Since, String> {
        let entry = text.parse().ok().map(Since::Entry);
        let moment = || date::parse_iso(&text).map(|at| Since::Moment(at.ticks));
        entry.or_else(moment).ok_or_else(|| format!("'{text}' is neither an entry's id nor a date"))
    }
}
