//! `Prefer` of RFC 7240 (docs/spec/control.md §2): a request chooses its own outcome. A preference that is not
//! understood is ignored, as the RFC requires, and not repeated in `Preference-Applied`.

use super::definition::LONGEST_DELAY;
use super::plan::{Cut, Outcome, Plan};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

static PREFER: HeaderName = HeaderName::from_static("prefer");

/// What a preference asks for.
enum Wish {
    Outcome(Outcome),
    /// To wait for milliseconds.
    Delay(u64),
}

/// The plan of a request with a preference; the first of each name counts.
pub(super) fn plan(headers: &HeaderMap) -> Option<Plan> {
    let mut plan = Plan::default();
    let mut applied: Vec<String> = Vec::new();
    for preference in preferences(headers) {
        let (name, value) = parts(preference);
        match (wish(&name, value), &plan.outcome) {
            (Some(Wish::Delay(delay)), _) if plan.delay.is_zero() => {
                plan.delay = Duration::from_millis(delay);
                applied.push(format!("delay={delay}"));
            }
            (Some(Wish::Outcome(outcome)), Outcome::Served) => {
                plan.outcome = outcome;
                applied.push(format!("{name}={value}"));
            }
            _ => {}
        }
    }
    if applied.is_empty() {
        return None;
    }
    let applied = applied.join(", ");
    plan.preferences = HeaderValue::from_str(&applied).ok();
    plan.shown = Some(Arc::new(json!({"prefer": applied})));
    Some(plan)
}

/// The preferences of a request that are not understood, as sent.
pub fn not_understood(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    preferences(headers).filter(|preference| {
        let (name, value) = parts(preference);
        wish(&name, value).is_none()
    })
}

fn preferences(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    // Comparing the few names of a request costs less than hashing ours.
    let lines = headers.iter().filter(|(name, _)| **name == PREFER).filter_map(|(_, line)| line.to_str().ok());
    lines.flat_map(|line| line.split([',', ';'])).map(str::trim).filter(|preference| !preference.is_empty())
}

/// The name of a preference in lower case, and its value.
fn parts(preference: &str) -> (String, &str) {
    let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
    (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'))
}

fn wish(name: &str, value: &str) -> Option<Wish> {
    match name {
        "status" => refused(value).map(Wish::Outcome),
        "disconnect" => cut(value).map(Wish::Outcome),
        "delay" => value.parse().ok().filter(|delay| *delay <= LONGEST_DELAY).map(Wish::Delay),
        _ => None,
    }
}

fn refused(value: &str) -> Option<Outcome> {
    let status = value.parse().ok().and_then(|status| StatusCode::from_u16(status).ok())?;
    let error = status.is_client_error() || status.is_server_error();
    error.then_some(Outcome::Refused { status, retry_after: None })
}

fn cut(value: &str) -> Option<Outcome> {
    match value {
        "before-response" => Some(Outcome::Cut(Cut::BeforeResponse)),
        "mid-body" => Some(Outcome::Cut(Cut::After(0.5))),
        _ => None,
    }
}
