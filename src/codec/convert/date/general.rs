//! `DateTime.Parse` with the invariant culture: parts in many orders, told apart by separators and lengths. `cursor`
//! cuts the text into pieces, `state` holds the grammar, and here the complete parts are put together. What a text
//! leaves out comes from today's date (oracle: J-date, F-time-only).

mod cursor;
mod state;

use super::Zone;
use crate::contract::{DateTime, DateTimeKind, TICKS_PER_SECOND};
use chrono::{Datelike, NaiveDate};
use cursor::{Cursor, Half, Piece, Separator, Suffix};
use state::{After, Next, Part, State, Token};

/// Two-digit years up to this one belong to 2000 (`Calendar.TwoDigitYearMax`). chosen: newer versions of Windows set
/// a later one.
const LAST_YEAR_OF_2000: i32 = 29;
/// Offsets lead no further, in minutes.
const MAX_OFFSET: i32 = 14 * 60;
const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;
const TICKS_PER_DAY: i64 = 24 * 60 * TICKS_PER_MINUTE;

/// Ticks, already moved to UTC where the text names a zone, and the zone.
pub(super) fn parse(text: &str, today: NaiveDate) -> Option<(i64, Zone)> {
    let mut parser = Parser::new(text, today);
    let mut complete = false;
    loop {
        let token = match parser.read()? {
            Read::Nothing => continue,
            Read::TimeMark => return parser.finish_iso(),
            Read::Token(token) => token,
        };
        parser.state = match state::next(parser.state, token)? {
            Next::State(state) => state,
            Next::Part(part) => {
                parser.complete(part)?;
                complete = true;
                State::Begin
            }
        };
        if matches!(token, Token::End | Token::Number(After::End) | Token::Month(After::End)) {
            break;
        }
    }
    if complete { parser.finish() } else { None }
}

/// Moves a time by its zone to UTC. Quirk: on the first day of the calendar, which .NET takes for a time without a
/// date, an offset turns the clock around instead of leaving the calendar.
pub(super) fn to_utc(ticks: i64, zone: Zone) -> Option<i64> {
    let Zone::Offset(minutes) = zone else { return Some(ticks) };
    let moved = ticks - i64::from(minutes) * TICKS_PER_MINUTE;
    let moved = if ticks < TICKS_PER_DAY && moved < 0 { moved + TICKS_PER_DAY } else { moved };
    (minutes.abs() <= MAX_OFFSET && (0..=DateTime::MAX_TICKS).contains(&moved)).then_some(moved)
}

/// What one step of reading gave.
enum Read {
    Token(Token),
    /// Something that the grammar does not see.
    Nothing,
    /// The `T` of ISO 8601 after a date, with a grammar of its own behind it.
    TimeMark,
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    today: NaiveDate,
    state: State,
    /// The short numbers since the last complete part, at most three.
    numbers: Vec<i32>,
    /// The number that is long enough to be a year, and the month named.
    long_year: Option<i32>,
    named_month: Option<i32>,
    weekday: Option<u32>,
    half: Option<Half>,
    /// Of a second.
    fraction: f64,
    zone: Option<Zone>,
    /// The suffixes met, by bit.
    suffixes: u8,
    year: Option<i32>,
    month: Option<i32>,
    day: Option<i32>,
    hour: Option<i32>,
    minute: Option<i32>,
    second: Option<i32>,
    has_date: bool,
    has_time: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, today: NaiveDate) -> Parser<'a> {
        Parser {
            cursor: Cursor::new(text),
            today,
            state: State::Begin,
            numbers: Vec::with_capacity(3),
            long_year: None,
            named_month: None,
            weekday: None,
            half: None,
            fraction: 0.0,
            zone: None,
            suffixes: 0,
            year: None,
            month: None,
            day: None,
            hour: None,
            minute: None,
            second: None,
            has_date: false,
            has_time: false,
        }
    }

    fn read(&mut self) -> Option<Read> {
        let token = match self.cursor.piece() {
            Some(Piece::Number(value)) => return self.read_number(value),
            Some(Piece::Year(value)) => return self.read_year(value),
            Some(Piece::Month(month)) => {
                let after = self.after_month()?;
                set_once(&mut self.named_month, month)?;
                Token::Month(after)
            }
            Some(Piece::Weekday(weekday)) => {
                set_once(&mut self.weekday, weekday)?;
                Token::Weekday
            }
            Some(Piece::Half(half)) => {
                set_once(&mut self.half, half)?;
                return Some(Read::Nothing);
            }
            Some(Piece::Utc) => {
                set_once(&mut self.zone, Zone::Utc)?;
                Token::Zone
            }
            Some(Piece::Era) => Token::Era,
            Some(Piece::Ignored) => return Some(Read::Nothing),
            Some(Piece::End) => Token::End,
            Some(Piece::TooLong) => return None,
            None => return self.read_punctuation(),
        };
        Some(Read::Token(token))
    }

    /// An offset away from a time, hashes around the whole, NULs at the end.
    fn read_punctuation(&mut self) -> Option<Read> {
        if self.zone.is_none() && matches!(self.cursor.peek(), Some(b'+' | b'-')) {
            self.zone = Some(self.cursor.offset()?);
            return Some(Read::Nothing);
        }
        self.cursor.punctuation().then_some(Read::Nothing)
    }

    fn is_in_time(&self) -> bool {
        matches!(self.state, State::NumberTime | State::NumberNumberTime)
    }

    /// The fraction and the offset that may follow a number of a time directly. Quirk: neither is looked for at the
    /// last character, so that a point there is passed over later.
    fn read_after_time(&mut self) -> Option<()> {
        if self.state == State::NumberNumberTime && self.cursor.has_two() && self.cursor.eat(b'.') {
            self.fraction = self.cursor.fraction().unwrap_or(0.0);
        }
        if self.is_in_time() { self.read_offset() } else { Some(()) }
    }

    /// The offset after a time, if there is one.
    fn read_offset(&mut self) -> Option<()> {
        if !self.cursor.has_two() {
            return Some(());
        }
        let before = self.cursor.at;
        self.cursor.pass_blanks();
        if matches!(self.cursor.peek(), Some(b'+' | b'-')) {
            let offset = self.cursor.offset()?;
            return set_once(&mut self.zone, offset);
        }
        self.cursor.at = before;
        Some(())
    }

    fn read_number(&mut self, value: i32) -> Option<Read> {
        if self.numbers.len() == 3 {
            return None;
        }
        self.read_after_time()?;
        let before = self.cursor.at;
        let after = match self.cursor.separator() {
            Separator::End => After::End,
            Separator::Space => After::Space,
            Separator::Date => After::Date,
            Separator::DateOrOffset => self.date_or_offset(before, Token::Number),
            Separator::Time => After::Time,
            Separator::Half(half) => return self.read_half(value, half),
            Separator::Suffix(Suffix::Year) => return self.read_suffix(Suffix::Year, full_year(value)),
            Separator::Suffix(suffix) => return self.read_suffix(suffix, value),
            Separator::TimeMark => {
                self.numbers.push(value);
                let dated = matches!(self.state, State::YearNumber | State::YearNumberDate);
                return dated.then_some(Read::TimeMark);
            }
        };
        self.numbers.push(value);
        Some(Read::Token(Token::Number(after)))
    }

    /// A number before `AM` or `PM`. Quirk: before a second one it is dropped.
    fn read_half(&mut self, value: i32, half: Half) -> Option<Read> {
        if self.half.is_some() {
            return Some(Read::Nothing);
        }
        self.half = Some(half);
        if self.state == State::DatedNumbers {
            self.complete(Part::NumberNumber)?;
        }
        self.numbers.push(value);
        if self.is_in_time() {
            self.read_offset()?;
        }
        Some(Read::Token(Token::Number(After::Half)))
    }

    fn read_year(&mut self, value: i32) -> Option<Read> {
        if self.numbers.len() == 3 {
            return None;
        }
        self.read_after_time()?;
        set_once(&mut self.long_year, value)?;
        let before = self.cursor.at;
        let after = match self.cursor.separator() {
            Separator::End => After::End,
            Separator::Space => After::Space,
            Separator::Date => After::Date,
            Separator::DateOrOffset => self.date_or_offset(before, Token::Year),
            Separator::Half(_) if self.half.is_some() => return Some(Read::Nothing),
            Separator::Half(half) => {
                self.half = Some(half);
                After::Space
            }
            Separator::Suffix(suffix) => return self.read_suffix(suffix, value),
            Separator::Time | Separator::TimeMark => return None,
        };
        Some(Read::Token(Token::Year(after)))
    }

    fn after_month(&mut self) -> Option<After> {
        let before = self.cursor.at;
        match self.cursor.separator() {
            Separator::End => Some(After::End),
            Separator::Space => Some(After::Space),
            Separator::Date => Some(After::Date),
            Separator::DateOrOffset => Some(self.date_or_offset(before, Token::Month)),
            _ => None,
        }
    }

    /// A `-` after a date that is complete begins an offset, and is read as one later.
    fn date_or_offset(&mut self, before: usize, token: fn(After) -> Token) -> After {
        let completes = matches!(state::next(self.state, token(After::Space)), Some(Next::Part(_)));
        if completes && state::next(self.state, token(After::Date)).is_none() {
            self.cursor.at = before;
            return After::Space;
        }
        After::Date
    }

    /// A number before a sign of East Asian dates.
    fn read_suffix(&mut self, suffix: Suffix, value: i32) -> Option<Read> {
        let (bit, place, token) = match suffix {
            Suffix::Year => (1, &mut self.year, Token::DateSuffix),
            Suffix::Month => (2, &mut self.month, Token::DateSuffix),
            Suffix::Day => (4, &mut self.day, Token::DateSuffix),
            Suffix::Hour => (8, &mut self.hour, Token::TimeSuffix),
            Suffix::Minute => (16, &mut self.minute, Token::TimeSuffix),
            Suffix::Second => (32, &mut self.second, Token::TimeSuffix),
        };
        if self.suffixes & bit != 0 {
            return None;
        }
        self.suffixes |= bit;
        *place = Some(value);
        match suffix {
            Suffix::Year => self.long_year = Some(value),
            Suffix::Month => self.named_month = Some(value),
            _ => {}
        }
        Some(Read::Token(token))
    }

    fn number(&self, index: usize) -> Option<i32> {
        self.numbers.get(index).copied()
    }

    /// Takes a complete part. What a number means follows from the invariant culture's patterns: month before day
    /// before year, but a year before a month's name.
    fn complete(&mut self, part: Part) -> Option<()> {
        let this_year = self.today.year();
        let (first, second) = (self.number(0), self.number(1));
        match part {
            Part::NumberNumber => self.set_date(this_year, first?, second?)?,
            Part::NumberNumberNumber => self.set_date(full_year(self.number(2)?), first?, second?)?,
            Part::MonthNumber => self.set_date(this_year, self.named_month?, first?)?,
            // Quirk: `2 January` is January 2002 (oracle: F-time-only).
            Part::NumberMonth => self.set_date(full_year(first?), self.named_month?, 1)?,
            Part::MonthNumberNumber => {
                let (month, first, second) = (self.named_month?, first?, second?);
                let year_is_last = date(full_year(second), month, first).is_some();
                let (year, day) = if year_is_last { (second, first) } else { (first, second) };
                self.set_date(full_year(year), month, day)?;
            }
            Part::YearNumberNumber | Part::NumberNumberYear => self.set_date(self.long_year?, first?, second?)?,
            Part::YearMonthNumber => self.set_date(self.long_year?, self.named_month?, first?)?,
            Part::YearNumber => self.set_date(self.long_year?, first?, 1)?,
            Part::YearMonth => self.set_date(self.long_year?, self.named_month?, 1)?,
            Part::Suffixed => {}
            Part::SuffixedNumber if self.day.is_none() => self.day = first,
            Part::NumberSuffixed if self.month.is_some() && self.year.is_none() => {
                self.year = first.map(full_year);
                self.day = Some(1);
            }
            Part::NumberNumberSuffixed if self.suffixes & 7 == 1 => {
                self.place_date(full_year(self.long_year?), first?, second?)?;
            }
            Part::NumberNumberSuffixed if self.suffixes & 7 == 2 => {
                self.place_date(full_year(second?), self.month?, first?)?;
            }
            Part::SuffixedNumber | Part::NumberSuffixed | Part::NumberNumberSuffixed => return None,
            Part::Hour if self.half.is_none() => return None,
            Part::Hour => self.set_time(first, None, None)?,
            Part::HourMinute => self.set_time(first, second, None)?,
            Part::HourMinuteSecond => self.set_time(first, second, self.number(2))?,
        }
        self.numbers.clear();
        Some(())
    }

    /// The only date of the text.
    fn set_date(&mut self, year: i32, month: i32, day: i32) -> Option<()> {
        if std::mem::replace(&mut self.has_date, true) {
            return None;
        }
        self.place_date(year, month, day)
    }

    fn place_date(&mut self, year: i32, month: i32, day: i32) -> Option<()> {
        date(year, month, day)?;
        (self.year, self.month, self.day) = (Some(year), Some(month), Some(day));
        Some(())
    }

    /// The only time of the text.
    fn set_time(&mut self, hour: Option<i32>, minute: Option<i32>, second: Option<i32>) -> Option<()> {
        if std::mem::replace(&mut self.has_time, true) {
            return None;
        }
        self.hour = hour;
        self.minute = minute.or(self.minute);
        self.second = second.or(self.second);
        Some(())
    }

    /// The whole, with what is missing from today or from the beginning of what is there.
    fn finish(self) -> Option<(i64, Zone)> {
        let hour = match (self.hour, self.half) {
            (hour, None) => hour.unwrap_or(0),
            (Some(12), Some(Half::Morning)) => 0,
            (Some(hour @ 0..=12), Some(Half::Morning)) => hour,
            (Some(hour @ 0..=11), Some(Half::Afternoon)) => hour + 12,
            // Quirk: the afternoon takes hours that are already its own (oracle: J-date).
            (Some(hour @ 12..=23), Some(Half::Afternoon)) => hour,
            _ => return None,
        };
        let day = match (self.year, self.month, self.day) {
            (None, None, None) => self.today,
            (year, month, day) => date(year.unwrap_or(self.today.year()), month.unwrap_or(1), day.unwrap_or(1))?,
        };
        if self.weekday.is_some_and(|weekday| weekday != day.weekday().num_days_from_sunday()) {
            return None;
        }
        let zone = self.zone.unwrap_or(Zone::None);
        let ticks = ticks(day, [hour, self.minute.unwrap_or(0), self.second.unwrap_or(0)], self.fraction)?;
        Some((to_utc(ticks, zone)?, zone))
    }

    /// A time behind the `T` of ISO 8601: two digits each, and a zone. Neither names nor `AM` are taken there.
    fn finish_iso(mut self) -> Option<(i64, Zone)> {
        let cursor = &mut self.cursor;
        cursor.pass_blanks();
        let hour = cursor.two_digits()?;
        cursor.pass_blanks();
        cursor.eat(b':').then_some(())?;
        cursor.pass_blanks();
        let minute = cursor.two_digits()?;
        cursor.pass_blanks();
        let (mut second, mut fraction) = (0, 0.0);
        if cursor.eat(b':') {
            cursor.pass_blanks();
            second = cursor.two_digits()?;
            if cursor.eat(b'.') {
                fraction = cursor.fraction()?;
            }
            cursor.pass_blanks();
        }
        let zone = match cursor.peek() {
            Some(b'+' | b'-') => {
                let offset = cursor.offset()?;
                // Quirk: any one character after an offset is passed over (oracle: J-date).
                cursor.at += 1;
                offset
            }
            Some(b'Z' | b'z') => {
                cursor.at += 1;
                Zone::Utc
            }
            _ => Zone::None,
        };
        cursor.pass_blanks();
        if cursor.peek() == Some(b'#') {
            cursor.punctuation().then_some(())?;
            cursor.at += 1;
            cursor.pass_blanks();
        }
        if cursor.peek() == Some(0) {
            cursor.punctuation().then_some(())?;
        }
        cursor.is_at_end().then_some(())?;
        let day = date(self.long_year?, self.number(0)?, self.number(1)?)?;
        Some((to_utc(ticks(day, [hour, minute, second], fraction)?, zone)?, zone))
    }
}

fn set_once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn date(year: i32, month: i32, day: i32) -> Option<NaiveDate> {
    let year = Some(year).filter(|year| (1..=9999).contains(year))?;
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

fn ticks(day: NaiveDate, time: [i32; 3], fraction: f64) -> Option<i64> {
    let [hour, minute, second] = time.map(|part| u32::try_from(part).ok());
    let bare = DateTime::from_civil(day.and_hms_opt(hour?, minute?, second?)?, DateTimeKind::Unspecified)?;
    let ticks = bare.ticks + (fraction * TICKS_PER_SECOND as f64).round_ties_even() as i64;
    (ticks <= DateTime::MAX_TICKS).then_some(ticks)
}

/// A year of the century that two digits mean; others stay.
fn full_year(year: i32) -> i32 {
    match year {
        0..=LAST_YEAR_OF_2000 => 2000 + year,
        _ if year < 100 => 1900 + year,
        _ => year,
    }
}
