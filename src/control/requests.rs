//! The request journal: search, one entry, HAR, curl, forgetting (spec/control.md §5).

use super::{problem, world_of};
use crate::address::Address;
use crate::app::App;
use crate::codec::convert::date;
use crate::journal::{Entry, Match, curl, har};
use crate::store::WorldName;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Entries of a search that names no limit.
const DEFAULT_LIMIT: usize = 100;

/// What a search asks for.
#[derive(Debug, Default)]
struct Search {
    wanted: Match,
    since: Option<Since>,
    limit: Option<usize>,
}

/// Where a search begins.
#[derive(Debug)]
enum Since {
    /// After this entry.
    Entry(Uuid),
    /// At this moment of the world's clock, in ticks.
    Moment(i64),
}

/// `GET /worlds/{w}/requests`: oldest first. Without `since` the newest `limit` entries, with it the first ones from
/// there on, so that a reader can go on where it stopped (chosen).
pub async fn list(State(app): State<App>, Path(world): Path<String>, RawQuery(query): RawQuery) -> Response {
    let found = world_of(&world).and_then(|world| Ok((found(&app, &world, query.as_deref())?, world)));
    match found {
        Ok(((total, entries), _)) => {
            let secrets = app.journal().shows_secrets();
            let shown: Vec<Value> = entries.iter().map(|entry| entry.show(secrets)).collect();
            Json(json!({"total": total, "requests": shown})).into_response()
        }
        Err(refusal) => *refusal,
    }
}

/// `GET /worlds/{w}/requests/{id or latest}`
pub async fn get(State(app): State<App>, Path((world, id)): Path<(String, String)>) -> Response {
    match one(&app, &world, &id) {
        Ok(entry) => Json(entry.show(app.journal().shows_secrets())).into_response(),
        Err(refusal) => *refusal,
    }
}

/// `GET /worlds/{w}/requests/{id or latest}/curl`
pub async fn as_curl(
    State(app): State<App>,
    Path((world, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match one(&app, &world, &id) {
        Ok(entry) => {
            let command = curl::command(&entry, &base(&entry.world, &headers), app.journal().shows_secrets());
            ([(CONTENT_TYPE, "text/plain; charset=utf-8")], command).into_response()
        }
        Err(refusal) => *refusal,
    }
}

/// `GET /worlds/{w}/requests.har`: what the same search finds, without its default limit.
pub async fn as_har(
    State(app): State<App>,
    Path(world): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    // In front, so that a limit of the reader's own comes later and wins.
    let unlimited = format!("limit={}&{}", usize::MAX, query.unwrap_or_default());
    let found = world_of(&world).and_then(|world| Ok((found(&app, &world, Some(&unlimited))?, world)));
    match found {
        Ok(((_, entries), world)) => {
            Json(har::archive(&entries, &base(&world, &headers), app.journal().shows_secrets())).into_response()
        }
        Err(refusal) => *refusal,
    }
}

/// `DELETE /worlds/{w}/requests`
pub async fn clear(State(app): State<App>, Path(world): Path<String>) -> Response {
    match world_of(&world) {
        Ok(world) => {
            app.journal().forget(&world);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(refusal) => *refusal,
    }
}

/// `http://host` with the world's prefix, as the reader of the control API reaches the server.
fn base(world: &WorldName, headers: &HeaderMap) -> String {
    let path = if *world == WorldName::main() { "/".to_owned() } else { format!("/w/{world}") };
    Address::of(&path, headers).map(|address| address.base).unwrap_or_default()
}

fn one(app: &App, world: &str, id: &str) -> Result<Arc<Entry>, Box<Response>> {
    let world = world_of(world)?;
    let found = match id {
        "latest" => app.journal().latest(&world),
        id => id.parse().ok().and_then(|id| app.journal().get(&world, id)),
    };
    found.ok_or_else(|| {
        let sentence = match id {
            "latest" => format!("The journal of world '{world}' is empty."),
            id => format!("The journal of world '{world}' holds no entry '{id}'; old entries go first."),
        };
        Box::new(problem(StatusCode::NOT_FOUND, &sentence))
    })
}

/// How many entries a search found, and those within its limit.
fn found(app: &App, world: &WorldName, query: Option<&str>) -> Result<(usize, Vec<Arc<Entry>>), Box<Response>> {
    let search = Search::parse(query.unwrap_or_default())
        .map_err(|sentence| Box::new(problem(StatusCode::BAD_REQUEST, &sentence)))?;
    let mut entries = app.journal().of(world);
    match search.since {
        Some(Since::Entry(id)) => {
            // An entry that is gone was older than every one that is left.
            let next = entries.iter().position(|entry| entry.id == id).map_or(0, |place| place + 1);
            entries.drain(..next);
        }
        Some(Since::Moment(ticks)) => entries.retain(|entry| entry.at.ticks >= ticks),
        None => {}
    }
    entries.retain(|entry| search.wanted.fits(&entry.seen()));
    let (total, limit) = (entries.len(), search.limit.unwrap_or(DEFAULT_LIMIT));
    if search.since.is_none() {
        entries.drain(..total.saturating_sub(limit));
    }
    entries.truncate(limit);
    Ok((total, entries))
}

impl Search {
    fn parse(query: &str) -> Result<Search, String> {
        let mut search = Search::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = crate::webapi::unescaped(&value.replace('+', " "), |_| true).into_owned();
            let bad = |what: &str| format!("'{value}' is no {what}, which '{name}' has to be.");
            match name {
                "api" => search.wanted.api = Some(value),
                "operation" => search.wanted.operation = Some(value),
                "method" => search.wanted.method = Some(value),
                "path" => search.wanted.path = Some(value),
                "bodyContains" => search.wanted.body_contains = Some(value),
                "status" => search.wanted.status = Some(value.parse().map_err(|_| bad("status"))?),
                "limit" => search.limit = Some(value.parse().map_err(|_| bad("number"))?),
                "since" => {
                    let entry = value.parse().ok().map(Since::Entry);
                    let moment = || date::parse_iso(&value).map(|at| Since::Moment(at.ticks));
                    search.since = Some(entry.or_else(moment).ok_or_else(|| bad("entry's id and no date"))?);
                }
                _ => return Err(format!("A search knows no '{name}'.")),
            }
        }
        Ok(search)
    }
}
