//! A world's clock. Every timestamp, token expiry and rate limit of the world follows it, so a test sees next month
//! without waiting for it.

use axum::extract::State;
use axum::routing::on;
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::{Answer, Body, Call, Method};
use super::duration::Span;
use super::extract::{Json, World};
use super::refusal::Refusal;
use crate::contract::{DateTime, DateTimeKind};
use crate::model::clock::Clock;
use crate::pipeline::app::App;

/// The body of a change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    now: Option<String>,
    frozen: Option<bool>,
    advance: Option<String>,
}

/// The time on the world's clock.
pub const GET: Call = Call {
    path: "/worlds/{world}/clock",
    id: "getClock",
    tag: "clock",
    summary: "The time on the world's clock",
    answer: Answer::Json(200, "Clock"),
    refusals: &[507],
    handler: |method| on(method, get),
    ..Call::NEW
};

async fn get(State(app): State<App>, World(world): World) -> Result<axum::Json<Value>, Refusal> {
    Ok(axum::Json(shown(app.store().clock(&world).await?)))
}

/// `now` and `frozen` set it, `advance` moves it by an ISO 8601 duration, an empty object returns to real time.
/// `frozen` alone stops it, or starts it again, where it is (chosen).
pub const SET: Call = Call {
    method: Method::Put,
    path: "/worlds/{world}/clock",
    id: "setClock",
    tag: "clock",
    summary: "Set the clock, move it, or return to real time with `{}`",
    body: Body::Json("ClockChange"),
    example: r#"{"advance": "PT1H"}"#,
    answer: Answer::Json(200, "Clock"),
    refusals: &[507],
    handler: |method| on(method, set),
    ..Call::NEW
};

async fn set(
    State(app): State<App>,
    World(world): World,
    Json(change): Json<Change>,
) -> Result<axum::Json<Value>, Refusal> {
    let mut transaction = app.store().write(&world).await?;
    let clock = changed(transaction.clock(), &change)?;
    transaction.set_clock(clock)?;
    transaction.commit()?;
    Ok(axum::Json(shown(clock)))
}

fn shown(clock: Clock) -> Value {
    json!({ "now": clock.now().round_trip(), "frozen": matches!(clock, Clock::Frozen(_)) })
}

fn changed(clock: Clock, change: &Change) -> Result<Clock, Refusal> {
    match (&change.now, change.frozen, &change.advance) {
        (None, None, None) => Ok(Clock::Real),
        (Some(now), frozen, None) => Ok(Clock::starting_at(date(now)?, frozen.unwrap_or(false))),
        (None, Some(frozen), None) => Ok(Clock::starting_at(clock.now(), frozen)),
        (None, None, Some(span)) => advanced(clock, span),
        _ => Err(Refusal::bad("`advance` cannot be combined: set the clock with `now` and `frozen`, or move it.")),
    }
}

fn advanced(clock: Clock, text: &str) -> Result<Clock, Refusal> {
    let Some(span) = Span::parse(text) else {
        return Err(Refusal::bad(format!("'{text}' is not an ISO 8601 duration such as PT1H, P30D or -PT5M.")));
    };
    let now = clock.now();
    let then = span.after(now.civil()).and_then(|then| DateTime::from_civil(then, DateTimeKind::Utc));
    match then {
        Some(then) => Ok(clock.advanced(then.ticks - now.ticks)),
        None => Err(Refusal::bad("The clock cannot leave the years 1 to 9999.")),
    }
}

fn date(text: &str) -> Result<DateTime, Refusal> {
    let instant = chrono::DateTime::parse_from_rfc3339(text).ok();
    let date = instant.and_then(|instant| DateTime::from_civil(instant.naive_utc(), DateTimeKind::Utc));
    date.ok_or_else(|| Refusal::bad(format!("'{text}' is not a date such as 2024-03-28T08:12:49.3595132Z.")))
}
