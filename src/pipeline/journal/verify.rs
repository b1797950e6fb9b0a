//! Verification: were there as many requests as a test expects? A failure reports the expectation, how many requests
//! there were, and the nearest ones with what differed.

use super::{Entry, Match};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Requests that a failure lists.
const NEAREST: usize = 3;

/// The expectation of a test.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Which requests count.
    #[serde(default, rename = "match")]
    pub wanted: Match,
    /// How many there must be; at least one when absent.
    #[serde(default)]
    pub times: Times,
}

/// Bounds of a count.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Times {
    /// Exactly this many.
    pub exactly: Option<u32>,
    /// At least this many.
    pub at_least: Option<u32>,
    /// At most this many.
    pub at_most: Option<u32>,
}

impl Times {
    /// Why these bounds contradict each other, if they do.
    #[must_use]
    pub fn contradiction(&self) -> Option<&'static str> {
        match (self.exactly, self.at_least, self.at_most) {
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) => Some("'exactly' cannot be combined in times."),
            (None, Some(least), Some(most)) if least > most => Some("times asks for more than it allows."),
            _ => None,
        }
    }

    fn bounds(self) -> (usize, Option<usize>) {
        let (least, most) = match self {
            Times { exactly: Some(count), .. } => (count, Some(count)),
            Times { at_least: None, at_most: None, .. } => (1, None),
            Times { at_least, at_most, .. } => (at_least.unwrap_or(0), at_most),
        };
        (least as usize, most.map(|most| most as usize))
    }

    fn words(self) -> String {
        match self.bounds() {
            (least, Some(most)) if least == most => format!("exactly {}", requests(least)),
            (0, Some(most)) => format!("at most {}", requests(most)),
            (least, Some(most)) => format!("{least} to {}", requests(most)),
            (least, None) => format!("at least {}", requests(least)),
        }
    }
}

fn requests(count: usize) -> String {
    if count == 1 { "1 request".to_owned() } else { format!("{count} requests") }
}

impl Expectation {
    /// The verdict over a world's entries.
    #[must_use]
    pub fn verdict(&self, entries: &[Arc<Entry>]) -> Value {
        let count = entries.iter().filter(|entry| self.wanted.fits(&entry.view())).count();
        let (least, most) = self.times.bounds();
        let satisfied = count >= least && most.is_none_or(|most| count <= most);
        let message = format!(
            "Expected {} with {}; there {} {count}, of {} in this world.",
            self.times.words(),
            self.wanted.words(),
            if count == 1 { "was" } else { "were" },
            requests(entries.len()),
        );
        // When there are too many, the requests that match are the ones to look at.
        let nearest = if satisfied { Vec::new() } else { self.nearest(entries, count > least) };
        json!({"satisfied": satisfied, "count": count, "message": message, "nearest": nearest})
    }

    fn nearest(&self, entries: &[Arc<Entry>], fitting: bool) -> Vec<Value> {
        let newest_first = entries.iter().rev().map(|entry| (self.wanted.differences(&entry.view()), entry));
        let mut candidates: Vec<_> = newest_first.filter(|(found, _)| found.is_empty() == fitting).collect();
        candidates.sort_by_key(|(found, _)| found.len());
        let shown = candidates.into_iter().take(NEAREST).map(|(found, entry)| {
            json!({
                "id": entry.id.to_string(),
                "api": entry.api,
                "operation": entry.operation,
                "method": entry.method,
                "path": entry.path,
                "status": entry.status,
                "differs": found,
            })
        });
        shown.collect()
    }
}
