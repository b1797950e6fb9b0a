//! Questions that no request can match are refused: a mistyped name would satisfy a test that expects no requests, and
//! a fault that it limits would never apply.

use super::refusal::Refusal;
use crate::apis::{Api, Apis};
use crate::model::nearest;
use crate::pipeline::address::CONTROL;
use crate::pipeline::journal::Match;

/// The methods of RFC 9110 and 5789. chosen: others are refused, although a client may send any word.
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

/// Letters of a value that a refusal repeats.
const REPEATED: usize = 100;

/// Checks that some request could match.
///
/// # Errors
/// A sentence that names the known values, the nearest first.
pub(super) fn check(apis: &Apis, wanted: &Match) -> Result<(), Refusal> {
    let api = wanted.api.as_deref().map(|name| known_api(apis, name)).transpose()?;
    if let Some(id) = &wanted.operation {
        operation(apis, api, id)?;
    }
    if let Some(method) = &wanted.method
        && !METHODS.iter().any(|known| known.eq_ignore_ascii_case(method))
    {
        let known = nearest::listed(method, METHODS);
        return Err(Refusal::bad(format!("'{}' is not a method: there are {known}.", start(method))));
    }
    wanted.path.as_deref().map_or(Ok(()), path)
}

fn known_api(apis: &Apis, name: &str) -> Result<&'static Api, Refusal> {
    apis.named(name).ok_or_else(|| {
        let known = nearest::listed(name, apis.iter().map(|api| api.name));
        Refusal::bad(format!("'{}' is not an API: there are {known}.", start(name)))
    })
}

/// Checks that an operation exists, in this API if one is asked for.
fn operation(apis: &Apis, api: Option<&'static Api>, id: &str) -> Result<(), Refusal> {
    let has = |api: &Api| api.operations.iter().any(|operation| operation.id == id);
    let among = |api: &Api| nearest::listed(id, api.operations.iter().map(|operation| operation.id));
    let owners: Vec<&str> = apis.iter().filter(|api| has(api)).map(|api| api.name).collect();
    match api {
        Some(api) if has(api) => Ok(()),
        Some(api) if owners.is_empty() => {
            let sentence = format!("'{}' is not an operation of {}: there are {}.", start(id), api.name, among(api));
            Err(Refusal::bad(sentence))
        }
        Some(api) => {
            let owners = owners.join(", ");
            let sentence =
                format!("'{id}' is an operation of {owners}, not of {}: there are {}.", api.name, among(api));
            Err(Refusal::bad(sentence))
        }
        None if !owners.is_empty() => Ok(()),
        None => {
            let mut known: Vec<&str> =
                apis.iter().flat_map(|api| api.operations.iter().map(|known| known.id)).collect();
            known.sort_unstable();
            known.dedup();
            let known = nearest::listed(id, known);
            Err(Refusal::bad(format!("'{}' is not an operation: there are {known}.", start(id))))
        }
    }
}

/// Checks that a path is one of an entry: it has no host, no world, no query, and is not one of the control API.
fn path(path: &str) -> Result<(), Refusal> {
    let below = path.trim_start_matches('/');
    let sentence = if path.contains(['?', '#']) {
        "has a query or a fragment: ask for the path without it"
    } else if path.contains("://") && !path.starts_with('/') {
        "has a host: ask for the path behind it"
    } else if !path.starts_with(['/', '*']) {
        "does not begin with '/' or '*': a path has no host and no API's base in front"
    } else if path.starts_with('/') && below.starts_with("w/") {
        "names a world: the address of this call does that, and entries have the path behind it"
    } else if path.strip_prefix(CONTROL).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        "is one of the control API, whose calls are not in the journal"
    } else {
        return Ok(());
    };
    Err(Refusal::bad(format!("The path '{}' {sentence}.", start(path))))
}

/// The start of a value, so that a refusal stays short.
fn start(text: &str) -> String {
    text.chars().take(REPEATED).collect()
}
