//! Dates from text. `general` is .NET's `DateTime.Parse` with the invariant culture, which forms and queries use and
//! Json.NET falls back on; `json` has the two forms that Json.NET reads by itself. The server's zone is UTC, so local
//! time and UTC show the same clock and differ in kind only.

mod general;
mod json;

use crate::contract::{DateTime, DateTimeKind};
pub use json::{parse_iso, parse_microsoft};

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
/// qb-d=2024-01-02T03:04:05Z).
#[must_use]
pub fn parse_invariant(text: &str) -> Option<DateTime> {
    let (ticks, zone) = general::parse(text)?;
    let kind = if zone == Zone::None { DateTimeKind::Unspecified } else { DateTimeKind::Local };
    Some(DateTime { ticks, kind })
}

/// `DateTime.Parse` with the invariant culture and `RoundtripKind`: `Z` and `GMT` make the date `Utc`, an offset makes
/// it `Local`.
#[must_use]
pub fn parse_round_trip(text: &str) -> Option<DateTime> {
    let (ticks, zone) = general::parse(text)?;
    let kind = match zone {
        Zone::None => DateTimeKind::Unspecified,
        Zone::Utc => DateTimeKind::Utc,
        Zone::Offset(_) => DateTimeKind::Local,
    };
    Some(DateTime { ticks, kind })
}

/// The texts that Json.NET turns into a date whatever type is wanted: ISO 8601 with a `T`, and `/Date(ms)/`.
#[must_use]
pub fn parse_json_token(text: &str) -> Option<DateTime> {
    let bytes = text.as_bytes();
    match bytes.first()? {
        b'/' => parse_microsoft(text),
        b'0'..=b'9' if (19..=40).contains(&bytes.len()) && bytes.get(10) == Some(&b'T') => parse_iso(text),
        _ => None,
    }
}

/// A text that Json.NET reads for a date member: its own forms first, then `DateTime.Parse`.
#[must_use]
pub fn parse_json_text(text: &str) -> Option<DateTime> {
    parse_json_token(text).or_else(|| parse_round_trip(text))
}
