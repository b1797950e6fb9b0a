//! The date forms that Json.NET's tokenizer knows: ISO 8601 (oracle: va-date-*) and Microsoft's `/Date(ms)/`.

use crate::contract::{DateTime, DateTimeKind};
use chrono::NaiveDate;

const TICKS_PER_MINUTE: i64 = 600_000_000;
/// 1970-01-01 in ticks.
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

/// `yyyy-MM-ddTHH:mm:ss` with up to seven digits of fraction and `Z`, `+hh`, `+hhmm` or `+hh:mm`. Hour 24 is the next
/// midnight. `Z` gives `Utc`, an offset `Local`.
#[must_use]
pub fn parse_iso(text: &str) -> Option<DateTime> {
    let mut rest = Digits(text.as_bytes());
    let year = rest.number(4)?;
    rest.expect(b'-')?;
    let month = rest.number(2)?;
    rest.expect(b'-')?;
    let day = rest.number(2)?;
    rest.expect(b'T')?;
    let hour = rest.number(2)?;
    rest.expect(b':')?;
    let minute = rest.number(2)?;
    rest.expect(b':')?;
    let second = rest.number(2)?;
    let fraction = if rest.expect(b'.').is_some() { rest.fraction()? } else { 0 };
    if hour == 24 && (minute, second, fraction) != (0, 0, 0) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok().filter(|year| *year > 0)?, month, day)?;
    let civil = date.and_hms_opt(hour % 24, minute, second)?;
    let bare = DateTime::from_civil(civil, DateTimeKind::Unspecified)?;
    let next_day = if hour == 24 { 24 * 60 * TICKS_PER_MINUTE } else { 0 };
    let ticks = in_range(bare.ticks + fraction + next_day)?;
    let (kind, minutes_west) = rest.zone()?;
    // Quirk: an offset that leads beyond the calendar stops at its edge.
    let ticks = (ticks + minutes_west * TICKS_PER_MINUTE).clamp(0, DateTime::MAX_TICKS);
    Some(DateTime { ticks, kind })
}

/// `/Date(ms)/`, `Utc`, or `/Date(ms+hhmm)/`, `Local`; the offset itself is ignored.
#[must_use]
pub fn parse_microsoft(text: &str) -> Option<DateTime> {
    let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let sign = inner.char_indices().skip(1).find(|(_, letter)| matches!(letter, '+' | '-'));
    let (digits, kind) = match sign.and_then(|(at, _)| inner.split_at_checked(at)) {
        Some((digits, offset)) => {
            let all_digits = offset.bytes().skip(1).all(|byte| byte.is_ascii_digit());
            if !all_digits || !matches!(offset.len(), 3 | 5) {
                return None;
            }
            (digits, DateTimeKind::Local)
        }
        None => (inner, DateTimeKind::Utc),
    };
    if digits.starts_with('+') {
        return None;
    }
    let milliseconds: i64 = digits.parse().ok()?;
    let ticks = in_range(milliseconds.checked_mul(10_000)?.checked_add(UNIX_EPOCH)?)?;
    Some(DateTime { ticks, kind })
}

fn in_range(ticks: i64) -> Option<i64> {
    (0..=DateTime::MAX_TICKS).contains(&ticks).then_some(ticks)
}

/// The rest of the text.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn expect(&mut self, wanted: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        if *first != wanted {
            return None;
        }
        self.0 = rest;
        Some(())
    }

    /// A number of exactly the given number of digits.
    fn number(&mut self, length: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(length)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.0 = rest;
        Some(digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
    }

    /// One to seven digits of a second, in ticks.
    fn fraction(&mut self) -> Option<i64> {
        let length = self.0.iter().take(7).take_while(|byte| byte.is_ascii_digit()).count();
        let digits = self.number(length).filter(|_| length > 0)?;
        Some(i64::from(digits) * 10_i64.pow(7 - u32::try_from(length).ok()?))
    }

    /// The rest of the text: a kind, and the minutes to add for UTC.
    fn zone(&mut self) -> Option<(DateTimeKind, i64)> {
        if self.0.is_empty() {
            return Some((DateTimeKind::Unspecified, 0));
        }
        if matches!(self.0, b"Z" | b"z") {
            return Some((DateTimeKind::Utc, 0));
        }
        let west = match self.0.first() {
            Some(b'-') => Some(1),
            Some(b'+') => Some(-1),
            // Quirk: minutes of a zone without its hours are passed over.
            _ => None,
        };
        let mut hours = 0;
        if west.is_some() {
            self.0 = self.0.get(1..)?;
            hours = self.number(2)?;
        }
        let _ = self.expect(b':');
        let minutes = self.number(2).unwrap_or(0);
        if !self.0.is_empty() {
            return None;
        }
        Some(match west {
            Some(sign) => (DateTimeKind::Local, sign * (i64::from(hours) * 60 + i64::from(minutes))),
            None => (DateTimeKind::Unspecified, 0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        parse_iso(text).or_else(|| parse_microsoft(text)).map(|date| date.round_trip())
    }

    #[test]
    fn iso_dates_keep_their_kind() {
        assert_eq!(shown("2024-01-02T03:04:05").as_deref(), Some("2024-01-02T03:04:05"));
        assert_eq!(shown("2024-01-02T03:04:05.1200z").as_deref(), Some("2024-01-02T03:04:05.12Z"));
        assert_eq!(shown("2024-01-02T03:04:05+0230").as_deref(), Some("2024-01-02T00:34:05+00:00"));
        assert_eq!(shown("2024-01-02T24:00:00-01").as_deref(), Some("2024-01-03T01:00:00+00:00"));
        for bad in [
            "2024-02-30T00:00:00",
            "2024-01-02T24:00:01",
            "2024-01-02T03:04:60",
            "2024-01-02T03:04:05.",
            "0000-01-01T00:00:00",
        ] {
            assert_eq!(shown(bad), None, "{bad}");
        }
    }

    #[test]
    fn microsoft_dates_are_milliseconds_since_1970() {
        assert_eq!(shown("/Date(1700000000000)/").as_deref(), Some("2023-11-14T22:13:20Z"));
        assert_eq!(shown("/Date(-1+0200)/").as_deref(), Some("1969-12-31T23:59:59.999+00:00"));
        for bad in ["/Date()/", "/Date(x)/", "/Date(1+2)/", "/Date(99999999999999999)/"] {
            assert_eq!(shown(bad), None, "{bad}");
        }
    }
}
