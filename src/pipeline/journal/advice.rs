//! Advice of many exchanges grouped by code, so that a test run can fail on a code it did not expect.

use super::Kept;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Requests that are listed for each code, the newest last.
const EXAMPLES: usize = 5;

/// Each code with how often it was noted, in how many requests, its latest sentence and the latest requests.
#[must_use]
pub fn grouped(kept: &Kept) -> Value {
    #[derive(Default)]
    struct Group {
        count: usize,
        message: String,
        requests: Vec<String>,
    }
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for entry in &kept.entries {
        for note in &entry.advice {
            let group = groups.entry(note.code.as_str()).or_default();
            group.count += 1;
            note.message.clone_into(&mut group.message);
            let id = entry.id.to_string();
            if group.requests.last() != Some(&id) {
                group.requests.push(id);
            }
        }
    }
    let total: usize = groups.values().map(|group| group.count).sum();
    let shown: Vec<Value> = groups
        .into_iter()
        .map(|(code, group)| {
            let older = group.requests.len().saturating_sub(EXAMPLES);
            json!({
                "code": code,
                "count": group.count,
                "requests": group.requests.len(),
                "message": group.message,
                "latest": group.requests.get(older..).unwrap_or_default(),
            })
        })
        .collect();
    json!({"total": total, "dropped": kept.dropped, "advice": shown})
}
