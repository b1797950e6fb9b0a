//! `usertwin import`: a state document from the answers of a recording. What an answer holds is read by the contract that
//! its operation declares, and placed by the declarations of what the APIs store: members of one name are one member.
//! Users are merged over APIs by id, username and e-mail address. What finds no place is listed with the reason.

mod answer;
mod draft;
mod place;
mod stored;

use crate::apis::Apis;
use crate::codec::mask::MASK;
use crate::drift::Recording;
use crate::drift::exchange::Exchange;
use crate::drift::route;
use draft::Draft;
use place::Placing;
use std::collections::{BTreeMap, BTreeSet};

/// What a recording gave.
#[derive(Debug)]
pub struct Imported {
    /// The state document.
    pub document: String,
    /// How many users it has.
    pub users: usize,
    /// What found no place, with the reasons.
    pub left_out: Vec<String>,
}

/// A state document from a recording.
///
/// # Errors
/// A sentence about a recording that holds nothing to import, or contradicts itself.
pub fn imported(apis: &Apis, recording: &Recording) -> Result<Imported, String> {
    let mut draft = Draft::default();
    let mut left_out = recording.left_out.clone();
    // From the first change on, answers show another state than the one that the recording began in.
    let mut changed: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut tokens: BTreeMap<(&'static str, String), BTreeSet<u16>> = BTreeMap::new();
    let mut used = 0;
    for exchange in &recording.exchanges {
        let shown = format!("#{} {} {}", exchange.number, exchange.method, exchange.path());
        let Some(route) = route::of(apis, &exchange.method, exchange.path()) else {
            left_out.push(format!("{shown} belongs to none of the APIs"));
            continue;
        };
        let api = route.api;
        if let Some(token) = token(exchange) {
            tokens.entry((api.name, token)).or_default().insert(exchange.answer.status);
        }
        let Some(operation) = route.operation else {
            left_out.push(format!("{shown} addresses no operation"));
            continue;
        };
        let succeeded = (200..300).contains(&exchange.answer.status);
        if exchange.method != "GET" {
            if succeeded && !operation.anonymous {
                changed.entry(api.name).or_insert(exchange.number);
            }
            continue;
        }
        if let Some(number) = changed.get(api.name) {
            left_out.push(format!("{shown} shows the state after the change of #{number}"));
            continue;
        }
        if !succeeded || operation.anonymous {
            continue;
        }
        match answer::read(api, operation, &exchange.answer) {
            Ok((value, kind)) => {
                let mut placing = Placing::new(api, &route, &exchange.target, &mut draft);
                placing.place(&value, &kind);
                if placing.found == 0 && !placing.is_empty {
                    left_out.push(format!("{shown} holds nothing that a state document has a place for"));
                }
                used += placing.found;
            }
            Err(reason) => left_out.push(format!("{shown} {reason}")),
        }
    }
    if used == 0 {
        return Err("no GET answer of the recordings holds users, accounts or roles of one of the APIs".to_owned());
    }
    for ((api, token), statuses) in tokens {
        let state = match statuses.iter().copied().collect::<Vec<_>>().as_slice() {
            [401] => "revoked",
            [403] => "forbidden",
            _ => continue,
        };
        draft.token(api, &token, state);
    }
    let document = draft.document(apis, &mut left_out);
    let text = format!("{document:#}\n");
    match apis.schema().parse(&text) {
        Ok(parsed) => Ok(Imported { document: text, users: parsed.users.len(), left_out }),
        Err(problems) => {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Err(format!("the answers contradict one another: {}", problems.join(" ")))
        }
    }
}

/// The token of a request, unless a recorder replaced it by stars.
fn token(exchange: &Exchange) -> Option<String> {
    let value = exchange.headers.iter().find(|(name, _)| name == "authorization" || name == "authtoken")?.1.clone();
    let token = value.split_once(' ').map_or(value.as_str(), |(_, token)| token).to_owned();
    (!token.is_empty() && token != MASK).then_some(token)
}
