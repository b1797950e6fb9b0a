//! `Prefer` of RFC 7240 (docs/spec/control.md §2): a request chooses its own outcome. A preference that is not
//! understood is ignored, as the RFC requires, and not repeated in `Preference-Applied`.

use super::definition::LONGEST_DELAY;
use super::plan::{Cut, Outcome, Plan};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

static PREFER: HeaderName = HeaderName::from_static("prefer");

/// The plan of a request with a preference; the first of each name counts.
pub(super) fn plan(headers: &HeaderMap) -> Option<Plan> {
    let lines = headers.get_all(&PREFER).iter().filter_map(|line| line.to_str().ok());
    let mut plan = Plan::default();
    let mut applied: Vec<String> = Vec::new();
    for preference in lines.flat_map(|line| line.split([',', ';'])) {
        let Some((name, value)) = preference.split_once('=') else { continue };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'));
        let outcome = match name.as_str() {
            "status" => refused(value),
            "disconnect" => cut(value),
            "delay" => {
                let delay = value.parse().ok().filter(|delay| *delay <= LONGEST_DELAY);
                if let (Some(delay), true) = (delay, plan.delay.is_zero()) {
                    plan.delay = Duration::from_millis(delay);
                    applied.push(format!("delay={delay}"));
                }
                None
            }
            _ => None,
        };
        if let (Some(outcome), Outcome::Served) = (outcome, &plan.outcome) {
            plan.outcome = outcome;
            applied.push(format!("{name}={value}"));
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
