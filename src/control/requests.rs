//! The request journal: search, one entry, HAR, curl, forgetting (spec/control.md §5).

use axum::extract::State;
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

use super::extract::{Id, Query, World};
use super::refusal::Refusal;
use crate::codec::convert::date;
use crate::pipeline::address::Address;
use crate::pipeline::app::App;
use crate::pipeline::journal::{Entry, Match, curl, har};
use crate::store::WorldName;

/// Entries of a search that names no limit.
const USUAL: usize = 100;

/// The query of a search: the members of a [`Match`], where it begins, and how many entries it takes. The members
/// stand here again because a flattened struct neither refuses unknown names nor reads numbers out of a query.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Search {
    #[serde(default, deserialize_with = "crate::pipeline::journal::api_name")]
    api: Option<String>,
    operation: Option<String>,
    method: Option<String>,
    path: Option<String>,
    status: Option<u16>,
    body_contains: Option<String>,
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

/// `GET /worlds/{w}/requests`: oldest first. Without `since` the newest `limit` entries, with it the first ones from
/// there on, so that a reader can go on where it stopped (chosen).
pub async fn list(State(app): State<App>, World(world): World, Query(search): Query<Search>) -> axum::Json<Value> {
    let (total, entries) = search.found(&app, &world, USUAL);
    let secrets = app.journal().shows_secrets();
    let shown: Vec<Value> = entries.iter().map(|entry| entry.show(secrets)).collect();
    axum::Json(json!({"total": total, "requests": shown}))
}

/// `GET /worlds/{w}/requests/{id or latest}`
pub async fn get(State(app): State<App>, World(world): World, Id(id): Id) -> Result<axum::Json<Value>, Refusal> {
    let entry = one(&app, &world, &id)?;
    Ok(axum::Json(entry.show(app.journal().shows_secrets())))
}

/// `GET /worlds/{w}/requests/{id or latest}/curl`
pub async fn as_curl(
    State(app): State<App>,
    World(world): World,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let entry = one(&app, &world, &id)?;
    let command = curl::command(&entry, &base(&world, &headers), app.journal().shows_secrets());
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], command))
}

/// `GET /worlds/{w}/requests.har`: what the same search finds, without its usual limit.
pub async fn as_har(
    State(app): State<App>,
    World(world): World,
    Query(search): Query<Search>,
    headers: HeaderMap,
) -> axum::Json<Value> {
    let (_, entries) = search.found(&app, &world, usize::MAX);
    axum::Json(har::archive(&entries, &base(&world, &headers), app.journal().shows_secrets()))
}

/// `DELETE /worlds/{w}/requests`
pub async fn clear(State(app): State<App>, World(world): World) -> StatusCode {
    app.journal().forget(&world);
    StatusCode::NO_CONTENT
}

/// `http://host` with the world's prefix, as the reader of the control API reaches the server.
fn base(world: &WorldName, headers: &HeaderMap) -> String {
    let path = if *world == WorldName::main() { "/".to_owned() } else { format!("/w/{world}") };
    Address::of(&path, headers).map(|address| address.base).unwrap_or_default()
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

impl Search {
    /// How many entries of a world it finds, and those within its limit, or within the usual one when it names none.
    fn found(self, app: &App, world: &WorldName, usual: usize) -> (usize, Vec<Arc<Entry>>) {
        let Search { api, operation, method, path, status, body_contains, since, limit } = self;
        let wanted = Match { api, operation, method, path, status, body_contains };
        let mut entries = app.journal().of(world);
        match since {
            Some(Since::Entry(id)) => {
                // An entry that is gone was older than every one that is left.
                let next = entries.iter().position(|entry| entry.id == id).map_or(0, |place| place + 1);
                entries.drain(..next);
            }
            Some(Since::Moment(ticks)) => entries.retain(|entry| entry.at.ticks >= ticks),
            None => {}
        }
        entries.retain(|entry| wanted.fits(&entry.seen()));
        let (total, limit) = (entries.len(), limit.map_or(usual, |limit| limit as usize));
        if since.is_none() {
            entries.drain(..total.saturating_sub(limit));
        }
        entries.truncate(limit);
        (total, entries)
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
