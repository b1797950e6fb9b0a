//! Simple values from text by `XmlConvert`'s rules, which both serializers share: XSD booleans, 32-bit integers, Guids
//! and dates with blanks around; strings and enum names unchanged. A date may be any of the XSD types dateTime, time,
//! date, gYearMonth, gYear, gMonthDay, gDay and gMonth, each with a zone (oracle: vx-date-*; framework source:
//! XsdDateTime).

use super::chars::trim;
use super::content::Content;
use super::fault::Fault;
use crate::codec::convert::guid;
use crate::contract::{DateTime, DateTimeKind, EnumType, Kind, Value};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};

/// The value of a text, for every kind that is written as text; `today` completes a time without a date.
///
/// # Errors
/// When the text is not a value of the kind.
pub fn parse(kind: &Kind, content: Content<'_>, today: NaiveDate) -> Result<Value, Fault> {
    let text = content.text.as_ref();
    match kind {
        Kind::String if content.ill_formed => Ok(Value::IllFormedText(content.text.into_owned())),
        Kind::String => Ok(Value::Text(content.text.into_owned())),
        Kind::Bool => match trim(text) {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            _ => Err(Fault::conversion(text, "Boolean")),
        },
        Kind::Int32 => int32(text).map(Value::Int).ok_or_else(|| Fault::conversion(text, "Int32")),
        Kind::Guid => guid::parse(text).map(Value::Guid).ok_or_else(|| Fault::conversion(text, "Guid")),
        Kind::DateTime => {
            date_time(text, today).map(Value::DateTime).ok_or_else(|| Fault::conversion(text, "DateTime"))
        }
        Kind::Enum(of) => enumeration(of, text),
        Kind::Nullable(inner) => parse(inner, content, today),
        Kind::Object(_) | Kind::List(_) | Kind::Dictionary(_) => Ok(Value::Null),
    }
}

/// An exact member name; neither case nor blanks are forgiven (oracle: xm-ws-enum, xm-enum-case).
fn enumeration(of: &EnumType, text: &str) -> Result<Value, Fault> {
    of.number_of(text).map(Value::Enum).ok_or_else(|| {
        Fault::serializer(format!(
            "Invalid enum value '{text}' cannot be deserialized into type '{}'. Ensure that the necessary enum values \
             are present and are marked with EnumMemberAttribute attribute if the type has DataContractAttribute \
             attribute.",
            of.clr_name
        ))
    })
}

/// `Int32.Parse` with a sign and blanks around. Quirk: trailing NULs are passed over, as the framework does.
fn int32(text: &str) -> Option<i32> {
    let blank = |letter: char| matches!(letter, ' ' | '\t'..='\r');
    let text = text.trim_end_matches('\0').trim_matches(blank);
    text.parse().ok()
}

const TICKS_PER_MINUTE: i64 = 600_000_000;

/// The year that stands in for a missing one while days are checked.
const LEAP_YEAR: i32 = 1904;

/// A date from any of the XSD forms; `today` fills in what the form leaves out.
#[must_use]
pub fn date_time(text: &str, today: NaiveDate) -> Option<DateTime> {
    let text = text.trim();
    full(text)
        .or_else(|| {
            let (time, ticks, zone) = clock_time(text)?;
            finish(today.and_time(time), ticks, zone)
        })
        .or_else(|| partial(text, today))
}

/// dateTime and date.
fn full(text: &str) -> Option<DateTime> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let date = date(year, month, day)?;
    match rest.strip_prefix('T') {
        Some(rest) => {
            let (time, ticks, zone) = clock_time(rest)?;
            finish(date.and_time(time), ticks, zone)
        }
        None => finish(date.and_time(NaiveTime::MIN), 0, zone(rest)?),
    }
}

/// gYearMonth, gYear, gMonthDay, gDay and gMonth.
fn partial(text: &str, today: NaiveDate) -> Option<DateTime> {
    let (date, rest) = if let Some(rest) = text.strip_prefix("---") {
        let (day, rest) = digits(rest, 2)?;
        // A day counts in January of this year.
        (date(today.year(), 1, day)?, rest)
    } else if let Some(rest) = text.strip_prefix("--") {
        let (month, rest) = digits(rest, 2)?;
        match rest.strip_prefix('-').and_then(|rest| digits(rest, 2)) {
            Some((day, rest)) => (date(LEAP_YEAR, month, day)?, rest),
            // Quirk: an old draft wrote a month as `--MM--`, and the framework still takes it.
            None => (date(today.year(), month, 1)?, rest.strip_prefix("--").unwrap_or(rest)),
        }
    } else {
        let (year, rest) = digits(text, 4)?;
        match rest.strip_prefix('-').and_then(|rest| digits(rest, 2)) {
            // `2024-05:00` is a year with a zone.
            Some((month, rest)) if !rest.starts_with(':') => (date(year, month, 1)?, rest),
            _ => (date(year, 1, 1)?, rest),
        }
    };
    finish(date.and_time(NaiveTime::MIN), 0, zone(rest)?)
}

fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let (head, rest) = text.split_at_checked(count)?;
    head.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    Some((head.parse().ok()?, rest))
}

fn date(year: impl TryInto<i32>, month: u32, day: u32) -> Option<NaiveDate> {
    let year = year.try_into().ok().filter(|year| (1..=9999).contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// A time of day with its fraction in ticks and its zone; hour 24 is refused (oracle: vx-date-h24).
fn clock_time(text: &str) -> Option<(NaiveTime, i64, Zone)> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    let (ticks, rest) = match rest.strip_prefix('.') {
        Some(rest) => fraction(rest)?,
        None => (0, rest),
    };
    Some((time, ticks, zone(rest)?))
}

/// Seven digits count; further ones round, half to even.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length).filter(|(digits, _)| !digits.is_empty())?;
    let kept = digits.get(..7.min(length))?;
    let mut ticks: i64 = kept.parse().ok()?;
    for _ in kept.len()..7 {
        ticks *= 10;
    }
    let behind = digits.get(kept.len()..)?;
    let up = match behind.bytes().next() {
        Some(b'6'..) => true,
        Some(b'5') => ticks % 2 == 1 || behind.bytes().skip(1).any(|digit| digit != b'0'),
        _ => false,
    };
    Some((ticks + i64::from(up), rest))
}

enum Zone {
    None,
    Utc,
    /// Minutes east of UTC.
    Offset(i64),
}

fn zone(text: &str) -> Option<Zone> {
    if text.is_empty() {
        return Some(Zone::None);
    }
    if matches!(text, "Z" | "z") {
        return Some(Zone::Utc);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, rest) = digits(rest, 2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':')?, 2)?;
    // Quirk: any two digits count, so 99:99 is an offset of 6,039 minutes (oracle: X-date-offset-minutes).
    rest.is_empty().then(|| Zone::Offset(sign * i64::from(hours * 60 + minutes)))
}

/// An offset makes the date local; beyond the years 1 to 9999 it stops at the end (framework source: XsdDateTime).
fn finish(civil: NaiveDateTime, ticks: i64, zone: Zone) -> Option<DateTime> {
    let date = DateTime::from_civil(civil, DateTimeKind::Unspecified)?;
    let ticks = date.ticks + ticks;
    let within = |ticks: &i64| (0..=DateTime::MAX_TICKS).contains(ticks);
    match zone {
        Zone::None => Some(ticks).filter(within).map(|ticks| DateTime { ticks, kind: DateTimeKind::Unspecified }),
        Zone::Utc => Some(ticks).filter(within).map(|ticks| DateTime { ticks, kind: DateTimeKind::Utc }),
        Zone::Offset(minutes) => {
            let ticks = (ticks - minutes * TICKS_PER_MINUTE).clamp(0, DateTime::MAX_TICKS);
            Some(DateTime { ticks, kind: DateTimeKind::Local })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::date_time;
    use chrono::NaiveDate;

    #[test]
    fn every_xsd_form_is_read_and_nothing_else() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        for (text, expected) in [
            ("2024-01-02T03:04:05", Some("2024-01-02T03:04:05")),
            (" 2024-01-02T03:04:05.5Z\n", Some("2024-01-02T03:04:05.5Z")),
            ("2024-01-02T03:04:05.12345675", Some("2024-01-02T03:04:05.1234568")),
            ("2024-01-02T03:04:05.12345665", Some("2024-01-02T03:04:05.1234566")),
            ("2024-01-02T03:04:05-05:00", Some("2024-01-02T08:04:05+00:00")),
            ("2024-01-02T03:04:05+02:60", Some("2024-01-02T00:04:05+00:00")),
            ("2024-12-31T03:04:05+99:99", Some("2024-12-26T22:25:05+00:00")),
            ("2024-01-02+00:60", Some("2024-01-01T23:00:00+00:00")),
            ("0001-01-01+99:99", Some("0001-01-01T00:00:00+00:00")),
            ("9999-12-31T00:00:00-99:99", Some("9999-12-31T23:59:59.9999999+00:00")),
            ("0001-01-01T00:00:00+05:00", Some("0001-01-01T00:00:00+00:00")),
            ("2024-01-02", Some("2024-01-02T00:00:00")),
            ("2024-02", Some("2024-02-01T00:00:00")),
            ("2024", Some("2024-01-01T00:00:00")),
            ("2024-05:00", Some("2024-01-01T05:00:00+00:00")),
            ("03:04:05Z", Some("2026-11-21T03:04:05Z")),
            ("--02-29", Some("1904-02-29T00:00:00")),
            ("--02", Some("2026-02-01T00:00:00")),
            ("--02--", Some("2026-02-01T00:00:00")),
            ("---31", Some("2026-01-31T00:00:00")),
            ("", None),
            ("2024-01-02T24:00:00", None),
            ("2024-02-30", None),
            ("2024-01-02 03:04:05", None),
            ("2024-01-02T03:04", None),
            ("2024-01-02T03:04:05.", None),
            ("01/02/2024", None),
            ("2024-01-02T03:04:05+0500", None),
            ("é024", None),
        ] {
            assert_eq!(date_time(text, today).map(|date| date.round_trip()).as_deref(), expected, "{text}");
        }
    }
}
