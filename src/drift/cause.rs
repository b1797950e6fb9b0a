//! Differences, grouped by what causes them: the API, the member or header, the kind of difference.

use std::collections::BTreeSet;

/// One difference of one exchange.
#[derive(Debug, Clone)]
pub struct Difference {
    /// `status`, `header`, `tree` or `bytes`.
    pub level: &'static str,
    /// The status, the header's name or the member's.
    pub subject: String,
    /// What kind of difference, in words.
    pub kind: String,
    /// What was recorded.
    pub recorded: String,
    /// What the twin answers.
    pub own: String,
}

/// A group of differences that have one cause.
#[derive(Debug, Clone)]
pub struct Cause {
    /// The same in every run: what a list of accepted causes names.
    pub id: String,
    /// The API.
    pub api: &'static str,
    /// An example of it.
    pub example: Difference,
    /// The exchanges that show it.
    pub exchanges: BTreeSet<usize>,
    /// Their routes.
    pub routes: BTreeSet<String>,
    /// The setting of `serve` with which it is gone.
    pub setting: Option<String>,
}

/// Adds a difference to the cause that it belongs to.
pub fn group(causes: &mut Vec<Cause>, api: &'static str, (number, route): (usize, &str), difference: Difference) {
    let id = format!("{api} {}: {} {}", difference.level, difference.subject, difference.kind);
    if let Some(known) = causes.iter_mut().find(|cause| cause.id == id) {
        known.exchanges.insert(number);
        known.routes.insert(route.to_owned());
        return;
    }
    let (exchanges, routes) = (BTreeSet::from([number]), BTreeSet::from([route.to_owned()]));
    causes.push(Cause { id, api, example: difference, exchanges, routes, setting: None });
}
