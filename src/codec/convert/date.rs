//! Dates from text: the invariant-culture `DateTime.Parse` that forms, queries and Json.NET's last resort use.

use crate::contract::DateTime;

/// `DateTime.Parse` with the invariant culture and `RoundtripKind` off: a zone makes the date `Local`.
#[must_use]
pub fn parse_invariant(_text: &str) -> Option<DateTime> {
    None
}

pub fn parse_json_token(_text: &str) -> Option<DateTime> {
    None
}
pub fn parse_json_text(_text: &str) -> Option<DateTime> {
    None
}
