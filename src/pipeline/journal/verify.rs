//! Verification: were there as many requests as a test expects? A failure reports the expectation, how many requests
//! there were, and the nearest ones with what differed.

use super::object::object;
use super::{Entry, Fit, Kept, Match};
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
    #[serde(default, rename = "match", deserialize_with = "object")]
    pub wanted: Match,
    /// How many there must be; at least one when absent.
    #[serde(default, deserialize_with = "object")]
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

/// What is missing of the entries; `open` when it decides the verdict.
fn missing(dropped: u64, cut: usize, open: bool) -> String {
    let mut text = String::new();
    if dropped > 0 {
        text += &format!(", of which {dropped} are dropped from the journal");
    }
    if cut > 0 {
        text += &format!(", of which {cut} had a body that the journal keeps a part of, without the text");
    }
    if open {
        text += ": whether they matched is not known";
        if dropped > 0 {
            text += ". --journal-limit and --journal-memory keep more";
        }
    }
    text
}

fn requests(count: usize) -> String {
    if count == 1 { "1 request".to_owned() } else { format!("{count} requests") }
}

impl Expectation {
    /// The verdict over a world's entries. Where some are gone, or a body is not kept whole, it is satisfied only if
    /// what is missing could not change it, whatever it was.
    #[must_use]
    pub fn verdict(&self, kept: &Kept) -> Value {
        let Kept { entries, dropped } = kept;
        let (mut count, mut cut) = (0_usize, 0_usize);
        for entry in entries {
            match self.wanted.fit(&entry.view()) {
                Fit::Yes => count += 1,
                Fit::Open => cut += 1,
                Fit::No => {}
            }
        }
        let gone = usize::try_from(*dropped).unwrap_or(usize::MAX);
        let (least, most) = self.times.bounds();
        let at_most = count.saturating_add(cut).saturating_add(gone);
        let met = |count: usize| count >= least && most.is_none_or(|most| count <= most);
        let satisfied = met(count) && met(at_most);
        let open = !satisfied && at_most >= least && most.is_none_or(|most| count <= most);
        let message = format!(
            "Expected {} with {}; there {} {count}, of {} in this world{}.",
            self.times.words(),
            self.wanted.words(),
            if count == 1 { "was" } else { "were" },
            requests(gone.saturating_add(entries.len())),
            missing(*dropped, cut, open),
        );
        // When there are too many, the requests that match are the ones to look at.
        let nearest = if satisfied { Vec::new() } else { self.nearest(entries, count > least) };
        json!({"satisfied": satisfied, "count": count, "dropped": dropped, "message": message, "nearest": nearest})
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
                "method": entry.method(),
                "path": entry.path(),
                "status": entry.status,
                "differs": found,
            })
        });
        shown.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    fn kept(matching: usize, dropped: u64) -> Kept {
        let entry = |_| {
            let mut entry = Entry::of_length(0);
            entry.api = Some("pbnb");
            Arc::new(entry)
        };
        Kept { entries: (0..matching).map(entry).collect(), dropped }
    }

    #[test]
    fn dropped_entries_leave_a_verdict_satisfied_only_where_none_of_them_could_change_it() {
        for (times, matching, dropped, satisfied) in [
            ("{}", 1, 5, true),
            ("{}", 0, 5, false),
            (r#"{"atLeast":2}"#, 2, 1, true),
            (r#"{"atLeast":2}"#, 1, 1, false),
            (r#"{"exactly":0}"#, 0, 0, true),
            (r#"{"exactly":0}"#, 0, 1, false),
            (r#"{"exactly":1}"#, 1, 1, false),
            (r#"{"atMost":5}"#, 3, 2, true),
            (r#"{"atMost":5}"#, 3, 3, false),
            (r#"{"atLeast":1,"atMost":9}"#, 2, 7, true),
            (r#"{"atLeast":1,"atMost":9}"#, 0, 7, false),
        ] {
            let text = format!(r#"{{"match":{{"api":"pbnb"}},"times":{times}}}"#);
            let verdict = serde_json::from_str::<Expectation>(&text).unwrap().verdict(&kept(matching, dropped));
            assert_eq!(verdict["satisfied"], satisfied, "{text} {matching} {dropped}");
            assert_eq!(verdict["dropped"], dropped);
            let message = verdict["message"].as_str().unwrap();
            assert_eq!(message.contains("dropped"), dropped > 0, "{message}");
        }
    }

    #[test]
    fn a_verdict_that_the_dropped_decide_says_so_and_one_that_fails_anyway_does_not() {
        let exactly: Expectation = serde_json::from_str(r#"{"times":{"exactly":2}}"#).unwrap();
        for (matching, dropped, open) in [(1, 1, true), (2, 1, true), (3, 1, false), (0, 1, false)] {
            let verdict = exactly.verdict(&kept(matching, dropped));
            let message = verdict["message"].as_str().unwrap();
            assert_eq!(message.contains("is not known"), open, "{message}");
        }
    }

    #[test]
    fn bodies_that_are_not_kept_whole_leave_a_verdict_satisfied_only_where_they_could_not_change_it() {
        let large = |text: &str| {
            let mut entry = Entry::of_length(1);
            entry.set_request_body(text.as_bytes());
            Arc::new(entry)
        };
        let (blank, early) = (" ".repeat(70_000), format!("needle{}", " ".repeat(70_000)));
        for (times, bodies, satisfied, open) in [
            (r#"{"exactly":0}"#, vec![&*blank], false, true),
            (r#"{"exactly":0}"#, vec!["short"], true, false),
            (r#"{"exactly":1}"#, vec![&*early], true, false),
            (r#"{"exactly":1}"#, vec![&*early, &*blank], false, true),
            ("{}", vec![&*early, &*blank], true, false),
            ("{}", vec![&*blank], false, true),
            (r#"{"atMost":2}"#, vec![&*early, &*blank], true, false),
            (r#"{"exactly":0}"#, vec![&*early, &*blank], false, false),
        ] {
            let text = format!(r#"{{"match":{{"bodyContains":"needle"}},"times":{times}}}"#);
            let kept = Kept { entries: bodies.into_iter().map(large).collect(), dropped: 0 };
            let verdict = serde_json::from_str::<Expectation>(&text).unwrap().verdict(&kept);
            assert_eq!(verdict["satisfied"], satisfied, "{text} {verdict}");
            assert_eq!(verdict["message"].as_str().unwrap().contains("is not known"), open, "{text} {verdict}");
        }
    }
}
