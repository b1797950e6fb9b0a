//! Texts that Json.NET takes for dates when it does not know the type: ISO 8601 in its full form, and `/Date(ms)/`.

use crate::contract::{DateTime, DateTimeKind};
use chrono::{NaiveDate, TimeDelta};

/// The date a text stands for; `None` leaves it a text.
pub(super) fn parse(text: &str) -> Option<DateTime> {
    if let Some(inner) = text.strip_prefix("/Date(") {
        return milliseconds(inner.strip_suffix(")/")?);
    }
    // The date part alone, and fractions beyond seven digits, stay texts.
    let ascii = (19..=40).contains(&text.len()) && text.is_ascii();
    if ascii { iso(text) } else { None }
}

fn iso(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once('T')?;
    let mut parts = date.split('-').map(number);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let (clock, rest) = time.split_at_checked(8)?;
    let mut parts = clock.split(':').map(number);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let widths = |text: &str, mark: char| text.split(mark).map(str::len).collect::<Vec<_>>();
    if widths(date, '-') != [4, 2, 2] || widths(clock, ':') != [2, 2, 2] || minute > 59 || second > 59 {
        return None;
    }
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(digits) => {
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            let (digits, zone) = digits.split_at_checked(end)?;
            (hundred_nanoseconds(digits)?, zone)
        }
        None => (0, rest),
    };
    // Hour 24 is the next day's midnight.
    if hour > 24 || hour == 24 && (minute, second, fraction) != (0, 0, 0) {
        return None;
    }
    let midnight = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?.and_hms_opt(0, 0, 0)?;
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    let civil = midnight + TimeDelta::seconds(seconds) + TimeDelta::nanoseconds(i64::from(fraction) * 100);
    match zone {
        "" => DateTime::from_civil(civil, DateTimeKind::Unspecified),
        "Z" | "z" => DateTime::from_civil(civil, DateTimeKind::Utc),
        zone => DateTime::from_civil(civil - offset(zone)?, DateTimeKind::Local),
    }
}

/// One to seven digits of a fraction.
fn hundred_nanoseconds(digits: &str) -> Option<u32> {
    let value = number(digits).filter(|_| digits.len() <= 7)?;
    Some((digits.len()..7).fold(value, |value, _| value * 10))
}

/// `+02:00`, `-0230`, `+02`.
fn offset(zone: &str) -> Option<TimeDelta> {
    let (sign, rest) = zone.split_at_checked(1)?;
    let (hours, minutes) = rest.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    let minutes = if minutes.is_empty() { 0 } else { number(minutes).filter(|_| minutes.len() == 2)? };
    let offset = TimeDelta::minutes(i64::from(number(hours)? * 60 + minutes));
    match sign {
        "+" => Some(offset),
        "-" => Some(-offset),
        _ => None,
    }
}

/// Milliseconds since 1970; an offset makes the date local and shifts nothing.
fn milliseconds(inner: &str) -> Option<DateTime> {
    let sign = inner.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-')).map(|(at, _)| at);
    let (digits, kind) = match sign {
        Some(at) => {
            let (digits, zone) = inner.split_at_checked(at)?;
            offset(zone)?;
            (digits, DateTimeKind::Local)
        }
        None => (inner, DateTimeKind::Utc),
    };
    let since = TimeDelta::try_milliseconds(digits.parse().ok()?)?;
    let civil = NaiveDate::from_ymd_opt(1970, 1, 1)?.and_hms_opt(0, 0, 0)?.checked_add_signed(since)?;
    DateTime::from_civil(civil, kind)
}

/// Digits only, unlike `str::parse`, which takes a sign.
fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn full_iso_texts_are_rewritten() {
        for (text, expected) in [
            ("2019-01-01T00:00:00.000Z", "2019-01-01T00:00:00Z"),
            ("2019-01-01T00:00:00", "2019-01-01T00:00:00"),
            ("2019-01-01T01:00:00.1200000+02:30", "2018-12-31T22:30:00.12+00:00"),
            ("2019-01-01T24:00:00z", "2019-01-02T00:00:00Z"),
            ("/Date(0)/", "1970-01-01T00:00:00Z"),
            ("/Date(-1000+0200)/", "1969-12-31T23:59:59+00:00"),
        ] {
            assert_eq!(parse(text).map(|date| date.round_trip()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_stays_a_text() {
        for text in [
            "2019-01-01",
            "2019-01-01 00:00:00",
            "2019-1-01T00:00:000",
            "2019-01-01T25:00:00Z",
            "2019-02-30T00:00:00Z",
            "2019-01-01T00:00:00.12345678Z",
            "2019-01-01T00:00:00.Z",
            "2019-01-01T00:00:00 ",
            "/Date(x)/",
            "/Date(99999999999999999)/",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
