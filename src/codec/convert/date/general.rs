//! `DateTime.Parse` with the invariant culture: parts in many orders, distinguished by their separators and lengths.
//! Not covered (chosen): dates that .NET completes from today's date, such as a bare time or a day without year.

use super::Zone;
use crate::contract::{DateTime, DateTimeKind};
use chrono::{Datelike, NaiveDate, NaiveTime};

/// Ticks of 100 ns in a second.
const TICKS_PER_SECOND: i64 = 10_000_000;
/// No date is written longer; the bound keeps hostile texts cheap.
const MAX_LENGTH: usize = 128;
/// Two-digit years up to this one belong to 2000 (`Calendar.TwoDigitYearMax`).
const LAST_YEAR_OF_2000: i32 = 29;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Number(&'a str),
    Word(&'a str),
    Sign(u8),
}

/// Ticks, already moved to UTC where the text names a zone, and the zone.
pub(super) fn parse(text: &str) -> Option<(i64, Zone)> {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    let pieces = split(text)?;
    let mut parts = Parts::default();
    let mut rest = pieces.as_slice();
    while !rest.is_empty() {
        rest = parts.take(rest)?;
    }
    let (civil, fraction) = (parts.date()?.and_time(parts.time.unwrap_or_default()), parts.fraction);
    let bare = DateTime::from_civil(civil, DateTimeKind::Unspecified)?.ticks + fraction;
    let zone = parts.zone.unwrap_or(Zone::None);
    let minutes_east = if let Zone::Offset(minutes) = zone { i64::from(minutes) } else { 0 };
    let ticks = bare - minutes_east * 60 * TICKS_PER_SECOND;
    (0..=DateTime::MAX_TICKS).contains(&ticks).then_some((ticks, zone))
}

/// Numbers, words and signs; blanks only separate.
fn split(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let class: fn(char) -> bool = match first {
            '0'..='9' => |letter| letter.is_ascii_digit(),
            'A'..='Z' | 'a'..='z' => |letter| letter.is_ascii_alphabetic(),
            _ if first.is_whitespace() => char::is_whitespace,
            ':' | '/' | '-' | '+' | '.' | ',' => {
                pieces.push(Piece::Sign(u8::try_from(first).ok()?));
                rest = rest.get(1..)?;
                continue;
            }
            _ => return None,
        };
        let length = rest.find(|letter| !class(letter)).unwrap_or(rest.len());
        let (piece, tail) = rest.split_at_checked(length)?;
        match first {
            '0'..='9' => pieces.push(Piece::Number(piece)),
            _ if first.is_whitespace() => {}
            _ => pieces.push(Piece::Word(piece)),
        }
        rest = tail;
    }
    Some(pieces)
}

/// The parts found so far.
#[derive(Default)]
struct Parts<'a> {
    numbers: Vec<&'a str>,
    month: Option<u32>,
    weekday: Option<u32>,
    time: Option<NaiveTime>,
    /// Ticks below the second.
    fraction: i64,
    zone: Option<Zone>,
}

impl<'a> Parts<'a> {
    /// Takes the next part; the rest comes back.
    fn take<'p>(&mut self, pieces: &'p [Piece<'a>]) -> Option<&'p [Piece<'a>]> {
        match pieces {
            [Piece::Number(hour), Piece::Sign(b':'), Piece::Number(minute), rest @ ..] => {
                self.take_time(hour, minute, rest)
            }
            [Piece::Number(hour), Piece::Word(half), rest @ ..] if afternoon(half).is_some() => {
                self.set_time(hour, "0", "0", afternoon(half))?;
                Some(rest)
            }
            [Piece::Number(number), rest @ ..] => {
                self.numbers.push(number);
                self.after_date_part(rest)
            }
            [Piece::Word(word), rest @ ..] => self.take_word(word, rest),
            _ => None,
        }
    }

    /// One separator may follow a part of the date, when another piece follows it.
    fn after_date_part<'p>(&self, rest: &'p [Piece<'a>]) -> Option<&'p [Piece<'a>]> {
        match rest {
            [Piece::Sign(b'/' | b'-' | b'.' | b','), rest @ ..] if !rest.is_empty() => Some(rest),
            rest => Some(rest),
        }
    }

    fn take_word<'p>(&mut self, word: &str, rest: &'p [Piece<'a>]) -> Option<&'p [Piece<'a>]> {
        let lower = word.to_ascii_lowercase();
        if lower == "t" && matches!(rest, [Piece::Number(_), Piece::Sign(b':'), ..]) && !self.numbers.is_empty() {
            return Some(rest);
        }
        if (lower == "z" || lower == "gmt") && self.zone.is_none() {
            self.zone = Some(Zone::Utc);
            return Some(rest);
        }
        let named = |names: &[&str]| names.iter().position(|name| *name == lower || name.get(..3) == Some(&*lower));
        if let (Some(month), None) = (named(&MONTHS), self.month) {
            self.month = u32::try_from(month + 1).ok();
        } else if let (Some(weekday), None) = (named(&WEEKDAYS), self.weekday) {
            self.weekday = u32::try_from(weekday).ok();
        } else {
            return None;
        }
        self.after_date_part(rest)
    }

    /// The rest of a time, after its minutes.
    fn take_time<'p>(&mut self, hour: &str, minute: &str, rest: &'p [Piece<'a>]) -> Option<&'p [Piece<'a>]> {
        let (second, fraction, rest) = match rest {
            [Piece::Sign(b':'), Piece::Number(second), Piece::Sign(b'.'), Piece::Number(fraction), rest @ ..] => {
                (*second, *fraction, rest)
            }
            [Piece::Sign(b':'), Piece::Number(second), rest @ ..] => (*second, "", rest),
            rest => ("0", "", rest),
        };
        let (half, rest) = match rest {
            [Piece::Word(half), rest @ ..] if afternoon(half).is_some() => (afternoon(half), rest),
            rest => (None, rest),
        };
        self.set_time(hour, minute, second, half)?;
        if !fraction.is_empty() {
            // Quirk: .NET rounds a binary fraction to seven digits.
            let seconds: f64 = format!("0.{fraction}").parse().ok()?;
            self.fraction = (seconds * TICKS_PER_SECOND as f64).round_ties_even() as i64;
        }
        match rest {
            [
                Piece::Sign(sign @ (b'+' | b'-')),
                Piece::Number(hours),
                Piece::Sign(b':'),
                Piece::Number(minutes),
                rest @ ..,
            ] => {
                self.set_offset(*sign, hours, minutes)?;
                Some(rest)
            }
            [Piece::Sign(sign @ (b'+' | b'-')), Piece::Number(digits), rest @ ..] => {
                let (hours, minutes) = digits.split_at_checked(digits.len().saturating_sub(2))?;
                match digits.len() {
                    1 | 2 => self.set_offset(*sign, digits, "0")?,
                    _ => self.set_offset(*sign, hours, minutes)?,
                }
                Some(rest)
            }
            rest => Some(rest),
        }
    }

    fn set_time(&mut self, hour: &str, minute: &str, second: &str, afternoon: Option<bool>) -> Option<()> {
        let short = |digits: &str| digits.parse::<u32>().ok().filter(|_| digits.len() <= 2);
        let hour = match (short(hour)?, afternoon) {
            (hour, None) => hour,
            (13.., Some(_)) => return None,
            (hour, Some(afternoon)) => hour % 12 + if afternoon { 12 } else { 0 },
        };
        let time = NaiveTime::from_hms_opt(hour, short(minute)?, short(second)?)?;
        self.time.replace(time).is_none().then_some(())
    }

    fn set_offset(&mut self, sign: u8, hours: &str, minutes: &str) -> Option<()> {
        let short = |digits: &str| digits.parse::<i32>().ok().filter(|_| digits.len() <= 2);
        let minutes = short(minutes).filter(|minutes| *minutes < 60)?;
        let offset = short(hours)? * 60 + minutes;
        let zone = Zone::Offset(if sign == b'-' { -offset } else { offset });
        (offset <= 14 * 60 && self.zone.replace(zone).is_none()).then_some(())
    }

    /// The date, in the order that the lengths of the numbers and a month's name leave open; else US order.
    fn date(&self) -> Option<NaiveDate> {
        let long = |digits: &str| digits.len() > 2;
        let (year, month, day) = match (self.month, self.numbers.as_slice()) {
            (None, [year, month, day]) if long(year) => (*year, number(month)?, number(day)?),
            (None, [month, day, year]) => (*year, number(month)?, number(day)?),
            (None, [year, month]) | (None, [month, year]) if long(year) && !long(month) => (*year, number(month)?, 1),
            (Some(month), [year, day]) if long(year) => (*year, month, number(day)?),
            (Some(month), [day, year]) => (*year, month, number(day)?),
            (Some(month), [year]) if long(year) => (*year, month, 1),
            _ => return None,
        };
        let date = NaiveDate::from_ymd_opt(full_year(year)?, month, day)?;
        let agrees = self.weekday.is_none_or(|weekday| date.weekday().num_days_from_sunday() == weekday);
        agrees.then_some(date)
    }
}

/// A month or a day.
fn number(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|_| digits.len() <= 2)
}

fn full_year(digits: &str) -> Option<i32> {
    let year: i32 = digits.parse().ok().filter(|year| (0..=9999).contains(year))?;
    match digits.len() {
        1 | 2 if year <= LAST_YEAR_OF_2000 => Some(2000 + year),
        1 | 2 => Some(1900 + year),
        3 | 4 if year > 0 => Some(year),
        _ => None,
    }
}

/// Whether a word names a half of the day, and which.
fn afternoon(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "am" | "a" => Some(false),
        "pm" | "p" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::codec::convert::date::{parse_invariant, parse_round_trip};

    #[test]
    fn many_orders_name_the_same_moment() {
        for text in [
            "2024-01-02T03:04:05",
            "2024-01-02 03:04:05",
            "2024/1/2 3:4:5",
            "01/02/2024 03:04:05",
            "1/2/24 3:04:05 AM",
            "2 January 2024 03:04:05",
            "Jan 2, 2024 03:04:05",
            "Tue, 02 Jan 2024 03:04:05",
            "03:04:05 2024-01-02",
        ] {
            let date = parse_invariant(text).map(|date| date.round_trip());
            assert_eq!(date.as_deref(), Some("2024-01-02T03:04:05"), "{text}");
        }
    }

    #[test]
    fn a_zone_makes_the_date_local_unless_round_tripping() {
        for (text, local, kept) in [
            ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05Z"),
            ("2024-01-02t03:04z", "2024-01-02T03:04:00+00:00", "2024-01-02T03:04:00Z"),
            ("Tue, 02 Jan 2024 03:04:05 GMT", "2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05Z"),
            (
                "2024-01-02T03:04:05.12345678+02:00",
                "2024-01-02T01:04:05.1234568+00:00",
                "2024-01-02T01:04:05.1234568+00:00",
            ),
            ("2024-01-02 03:04 -0130", "2024-01-02T04:34:00+00:00", "2024-01-02T04:34:00+00:00"),
        ] {
            assert_eq!(parse_invariant(text).map(|date| date.round_trip()).as_deref(), Some(local), "{text}");
            assert_eq!(parse_round_trip(text).map(|date| date.round_trip()).as_deref(), Some(kept), "{text}");
        }
    }

    #[test]
    fn a_month_counts_from_its_first_day() {
        for text in ["2024-01", "01/2024", "January 2024"] {
            assert_eq!(parse_invariant(text).map(|d| d.round_trip()).as_deref(), Some("2024-01-01T00:00:00"), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "x",
            "2024",
            "20240102",
            "13/02/2024",
            "2024-02-30",
            "2024-01-02T24:00:00",
            "2024-12-31T23:59:60Z",
            "Mon, 02 Jan 2024",
            "2024-01-02-",
            "1:2:3:4 2024-01-02",
            "2024-01-02T03:04:05+15:00",
            "99999-01-01",
        ] {
            assert_eq!(parse_invariant(text), None, "{text}");
        }
    }
}
