//! The date forms that Json.NET knows: ISO 8601 (oracle: va-date-*) and Microsoft's `/Date(ms)/`.

use super::{Zone, general, round_trip_kind};
use crate::contract::{DateTime, DateTimeKind, UNIX_EPOCH_TICKS};
use chrono::NaiveDate;

const TICKS_PER_MINUTE: i64 = 600_000_000;
/// Json.NET reads no longer numbers, even when they begin with zeros.
const MAX_MILLISECOND_DIGITS: usize = 19;

/// `yyyy-MM-ddTHH:mm:ss` with up to seven digits of fraction and `Z`, `+hh`, `+hhmm` or `+hh:mm`. Hour 24 is the next
/// midnight. `Z` gives `Utc`, an offset `Local`.
#[must_use]
pub fn parse_iso(text: &str) -> Option<DateTime> {
    let mut rest = Digits(text.as_bytes());
    let civil = rest.civil()?;
    let fraction = if rest.expect(b'.').is_some() { rest.fraction()? } else { 0 };
    if civil.hour == 24 && (civil.minute, civil.second, fraction) != (0, 0, 0) {
        return None;
    }
    let ticks = in_range(civil.ticks()? + fraction)?;
    let (kind, minutes_west) = rest.zone()?;
    // Quirk: an offset that leads beyond the calendar stops at its edge.
    let ticks = (ticks + minutes_west * TICKS_PER_MINUTE).clamp(0, DateTime::MAX_TICKS);
    Some(DateTime { ticks, kind })
}

/// `DateTime.TryParseExact` with `yyyy-MM-ddTHH:mm:ss.FFFFFFFK`, which Json.NET tries after its own parser. Quirk: the
/// digits of the fraction may be missing although its point is there (oracle: J-date).
#[must_use]
pub(super) fn parse_exact(text: &str) -> Option<DateTime> {
    let mut rest = Digits(text.as_bytes());
    let civil = rest.civil().filter(|civil| civil.hour < 24)?;
    let fraction = if rest.expect(b'.').is_some() { rest.fraction().unwrap_or(0) } else { 0 };
    let bare = civil.ticks()? + fraction;
    let zone = rest.exact_zone()?;
    Some(DateTime { ticks: general::to_utc(bare, zone)?, kind: round_trip_kind(zone) })
}

/// Milliseconds that lead beyond the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.\r\nParameter name: ticks")]
pub struct OutOfRange;

/// `/Date(ms)/`, `Utc`, or `/Date(ms+hhmm)/`, `Local`; the offset itself is ignored. Quirk: of the offset only the hours
/// have to be digits, whatever follows (oracle: J-date); the minutes only in a text that the document wrote with
/// escapes, because Json.NET subtracts a position in its buffer from a length.
///
/// # Errors
/// When the milliseconds lead beyond the calendar. Quirk: numbers beyond 64 bits of ticks wrap around before.
pub fn parse_microsoft(text: &str, escaped: bool) -> Result<Option<DateTime>, OutOfRange> {
    let Some((milliseconds, kind)) = microsoft_parts(text, escaped) else { return Ok(None) };
    from_milliseconds(milliseconds).map(|date| Some(DateTime { kind, ..date }))
}

/// A date by its milliseconds since 1970, `Utc`.
///
/// # Errors
/// When they lead beyond the calendar.
pub fn from_milliseconds(milliseconds: i64) -> Result<DateTime, OutOfRange> {
    let ticks = milliseconds.wrapping_mul(10_000).wrapping_add(UNIX_EPOCH_TICKS);
    in_range(ticks).map(|ticks| DateTime { ticks, kind: DateTimeKind::Utc }).ok_or(OutOfRange)
}

fn microsoft_parts(text: &str, escaped: bool) -> Option<(i64, DateTimeKind)> {
    let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let behind_first = inner.get(1..)?;
    // A plus is looked for before a minus, wherever they stand.
    let sign = behind_first.find('+').or_else(|| behind_first.find('-'));
    let (digits, kind) = match sign.and_then(|at| inner.split_at_checked(at + 1)) {
        Some((digits, offset)) => {
            let mut pairs = offset.get(1..)?.as_bytes().chunks(2);
            pairs.next().filter(|hours| is_number(hours))?;
            // Three characters close the date, so minutes are there when more than two follow the hours.
            if escaped && offset.len() > 3 {
                pairs.next().filter(|minutes| is_number(minutes))?;
            }
            (digits, DateTimeKind::Local)
        }
        None => (inner, DateTimeKind::Utc),
    };
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    let fits = (1..=MAX_MILLISECOND_DIGITS).contains(&unsigned.len());
    let all_digits = unsigned.bytes().all(|byte| byte.is_ascii_digit());
    let milliseconds = digits.parse().ok().filter(|_| fits && all_digits)?;
    Some((milliseconds, kind))
}

/// Two characters that Json.NET reads as a number.
fn is_number(pair: &[u8]) -> bool {
    matches!(pair, [b'-' | b'0'..=b'9', b'0'..=b'9'])
}

fn in_range(ticks: i64) -> Option<i64> {
    (0..=DateTime::MAX_TICKS).contains(&ticks).then_some(ticks)
}

/// `yyyy-MM-ddTHH:mm:ss`, read but not checked.
struct Civil {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
}

impl Civil {
    /// Its ticks, if there is such a time; hour 24 is the next midnight.
    fn ticks(&self) -> Option<i64> {
        let year = i32::try_from(self.year).ok().filter(|year| *year > 0)?;
        let date = NaiveDate::from_ymd_opt(year, self.month, self.day)?;
        let civil = date.and_hms_opt(self.hour % 24, self.minute, self.second).filter(|_| self.hour <= 24)?;
        let next_day = if self.hour == 24 { 24 * 60 * TICKS_PER_MINUTE } else { 0 };
        Some(DateTime::from_civil(civil, DateTimeKind::Unspecified)?.ticks + next_day)
    }
}

/// The rest of the text.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn civil(&mut self) -> Option<Civil> {
        let year = self.number(4)?;
        self.expect(b'-')?;
        let month = self.number(2)?;
        self.expect(b'-')?;
        let day = self.number(2)?;
        self.expect(b'T')?;
        let hour = self.number(2)?;
        self.expect(b':')?;
        let minute = self.number(2)?;
        self.expect(b':')?;
        let second = self.number(2)?;
        Some(Civil { year, month, day, hour, minute, second })
    }

    /// The zone at the end as the specifier `K` reads it: `Z`, or an offset whose hours may have one digit.
    fn exact_zone(&mut self) -> Option<Zone> {
        let east = match self.0.split_first() {
            None => return Some(Zone::None),
            Some((b'Z', rest)) => return rest.is_empty().then_some(Zone::Utc),
            Some((b'+', rest)) => {
                self.0 = rest;
                1
            }
            Some((b'-', rest)) => {
                self.0 = rest;
                -1
            }
            Some(_) => return None,
        };
        let hours = self.number(2).or_else(|| self.number(1))?;
        let _ = self.expect(b':');
        let minutes = self.number(2).filter(|minutes| *minutes < 60)?;
        let offset = i32::try_from(hours * 60 + minutes).ok()?;
        self.0.is_empty().then_some(Zone::Offset(east * offset))
    }

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
        parse_iso(text).or_else(|| parse_microsoft(text, false).ok().flatten()).map(|date| date.round_trip())
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
        assert_eq!(shown("/Date(0+02zz+)/").as_deref(), Some("1970-01-01T00:00:00+00:00"));
        assert_eq!(shown("/Date(0-02)/").as_deref(), Some("1970-01-01T00:00:00+00:00"));
        for bad in ["/Date()/", "/Date(x)/", "/Date(1+2)/", "/Date(+1)/", "/Date( 1)/", "/Date(1-2+02)/", "/Date(-)/"] {
            assert_eq!(parse_microsoft(bad, false), Ok(None), "{bad}");
        }
        assert_eq!(parse_microsoft("/Date(00000000000000000001)/", false), Ok(None));
    }

    #[test]
    fn minutes_of_a_microsoft_offset_count_in_escaped_texts_only() {
        for (text, escaped) in [("/Date(0+0260)/", true), ("/Date(0+02z)/", false), ("/Date(0+02z)/", true)] {
            let expected = !escaped || text == "/Date(0+0260)/";
            assert_eq!(parse_microsoft(text, escaped).unwrap().is_some(), expected, "{text} {escaped}");
        }
    }

    #[test]
    fn milliseconds_beyond_the_calendar_are_an_error_of_their_own() {
        for text in ["/Date(-62135596800001)/", "/Date(253402300800000)/", "/Date(999999999999999)/"] {
            assert_eq!(parse_microsoft(text, false), Err(OutOfRange), "{text}");
        }
    }

    #[test]
    fn the_exact_form_takes_a_point_without_digits() {
        for (text, expected) in [
            ("2024-01-02T03:04:05.", Some("2024-01-02T03:04:05")),
            ("2024-01-02T03:04:05.Z", Some("2024-01-02T03:04:05Z")),
            ("2024-01-02T03:04:05.+2:00", Some("2024-01-02T01:04:05+00:00")),
            ("2024-01-02T03:04:05.-0200", Some("2024-01-02T05:04:05+00:00")),
            ("2024-01-02T03:04:05.z", None),
            ("2024-01-02T03:04:05.+02", None),
            ("2024-01-02T03:04:05.+14:01", None),
            ("2024-01-02T03:04:05.+02:60", None),
            ("2024-01-02T24:00:00.", None),
            ("2024-01-02T03:04:05.12345678", None),
        ] {
            assert_eq!(parse_exact(text).map(|date| date.round_trip()).as_deref(), expected, "{text}");
        }
    }
}
