//! Causes that somebody has looked at and accepted: each with a reason, and until a day if one is named. An acceptance
//! that excuses nothing any more, or whose day has passed, is itself reported.

use super::cause::Cause;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// An accepted cause.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    /// The cause's name, as reports print it.
    cause: String,
    /// Why it is no reason to fail.
    reason: String,
    /// The last day on which it is none, `2027-01-31`.
    until: Option<String>,
}

const FORM: &str = r#"the list is [{"cause": …, "reason": …, "until": "2027-01-31"}]"#;

/// A list of accepted causes.
#[derive(Debug, Default)]
pub struct Accepted(Vec<Acceptance>);

impl Accepted {
    /// Reads a list.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn parse(text: &str) -> Result<Accepted, String> {
        Accepted::read(serde_json::from_str(text).map_err(|error| format!("{error}; {FORM}"))?)
    }

    /// Reads a list that was parsed.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn read(list: Value) -> Result<Accepted, String> {
        let list: Vec<Acceptance> = serde_json::from_value(list).map_err(|error| format!("{error}; {FORM}"))?;
        for entry in &list {
            if entry.reason.trim().is_empty() {
                return Err(format!("the cause '{}' is accepted without a reason", entry.cause));
            }
            let day = entry.until.as_ref().map(|day| chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d"));
            if matches!(day, Some(Err(_))) {
                return Err(format!("until of '{}' is no day such as 2027-01-31", entry.cause));
            }
        }
        Ok(Accepted(list))
    }

    /// The causes that are accepted on a day, with the reasons, and sentences about acceptances that are out of date.
    #[must_use]
    pub fn judge(&self, causes: &[Cause], today: &str) -> (BTreeSet<String>, Vec<String>) {
        let (mut excused, mut stale) = (BTreeSet::new(), Vec::new());
        for entry in &self.0 {
            let Acceptance { cause, reason, until } = entry;
            if causes.iter().all(|known| known.id != *cause) {
                stale.push(format!("'{cause}' is accepted ({reason}) but nothing differs by it any more"));
            } else if let Some(until) = until.as_deref().filter(|until| *until < today) {
                stale.push(format!("'{cause}' was accepted until {until} ({reason})"));
            } else {
                excused.insert(cause.clone());
            }
        }
        (excused, stale)
    }
}
