//! Dates from text. `general` is .NET's `DateTime.Parse` with the invariant culture, which forms and queries use and
//! Json.NET falls back on; `json` has the forms that Json.NET reads by itself. The server's zone is UTC, so local time
//! and UTC show the same clock and differ in kind only.

mod general;
mod json;

use crate::contract::{DateTime, DateTimeKind};
use chrono::NaiveDate;
pub use json::{OutOfRange, from_milliseconds, parse_iso, parse_microsoft};

/// The zone that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    None,
    /// `Z` or `GMT`.
    Utc,
    /// Minutes east of UTC.
    Offset(i32),
}

/// `DateTime.Parse` with the invariant culture and `RoundtripKind` off: a zone makes the date `Local` (oracle:
/// qb-d=2024-01-02T03:04:05Z). A time without a date falls on `today`.
#[must_use]
pub fn parse_invariant(text: &str, today: NaiveDate) -> Option<DateTime> {
    let (ticks, zone) = general::parse(text, today)?;
    let kind = if zone == Zone::None { DateTimeKind::Unspecified } else { DateTimeKind::Local };
    Some(DateTime { ticks, kind })
}

/// `DateTime.Parse` with the invariant culture and `RoundtripKind`: `Z` and `GMT` make the date `Utc`, an offset makes
/// it `Local`.
#[must_use]
pub fn parse_round_trip(text: &str, today: NaiveDate) -> Option<DateTime> {
    let (ticks, zone) = general::parse(text, today)?;
    Some(DateTime { ticks, kind: round_trip_kind(zone) })
}

fn round_trip_kind(zone: Zone) -> DateTimeKind {
    match zone {
        Zone::None => DateTimeKind::Unspecified,
        Zone::Utc => DateTimeKind::Utc,
        Zone::Offset(_) => DateTimeKind::Local,
    }
}

/// The texts that Json.NET's tokenizer turns into a date whatever type is wanted: ISO 8601 with a `T`, and
/// `/Date(ms)/`. `escaped` says whether the document wrote the text with escapes.
///
/// # Errors
/// When the milliseconds lead beyond the calendar, at which Json.NET throws.
pub fn parse_json_token(text: &str, escaped: bool) -> Result<Option<DateTime>, OutOfRange> {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'/') => parse_microsoft(text, escaped),
        Some(b'0'..=b'9') if is_like_iso(bytes) => Ok(parse_iso(text)),
        _ => Ok(None),
    }
}

/// A text that Json.NET reads for a date member when its tokenizer saw no date in it: one exact form, then
/// `DateTime.Parse`.
#[must_use]
pub fn parse_json_text(text: &str, today: NaiveDate) -> Option<DateTime> {
    let bytes = text.as_bytes();
    let exact = match bytes.first()? {
        b'/' => parse_microsoft(text, true).ok().flatten(),
        b'0'..=b'9' if is_like_iso(bytes) => json::parse_exact(text),
        _ => None,
    };
    exact.or_else(|| parse_round_trip(text, today))
}

fn is_like_iso(bytes: &[u8]) -> bool {
    (19..=40).contains(&bytes.len()) && bytes.get(10) == Some(&b'T')
}

#[cfg(test)]
mod tests;
