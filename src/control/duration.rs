//! ISO 8601 durations, as `advance` takes them: `P1Y2M3W4DT5H6M7.5S`, with a minus sign in front to go back. Years
//! and months follow the calendar, everything else is a fixed number of seconds.

use chrono::{Months, NaiveDateTime, TimeDelta};

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    months: u32,
    rest: TimeDelta,
    back: bool,
}

impl Span {
    /// Reads a duration; `None` for anything else. Only the last part may have a fraction.
    pub fn parse(text: &str) -> Option<Span> {
        let (back, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let text = text.strip_prefix('P')?;
        let (date, time) = match text.split_once('T') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, time),
            None => (text, ""),
        };
        if date.is_empty() && time.is_empty() {
            return None;
        }
        let mut span = Span { months: 0, rest: TimeDelta::zero(), back };
        let open = span.take(date, &[('Y', Unit::Months(12)), ('M', Unit::Months(1)), ('W', DAY.of(7)), ('D', DAY)])?;
        if !time.is_empty() && !open {
            return None;
        }
        span.take(time, &[('H', Unit::Seconds(3600)), ('M', Unit::Seconds(60)), ('S', Unit::Seconds(1))])?;
        Some(span)
    }

    /// The moment this span after another; `None` beyond the calendar.
    pub fn after(self, moment: NaiveDateTime) -> Option<NaiveDateTime> {
        if self.back {
            moment.checked_sub_months(Months::new(self.months))?.checked_sub_signed(self.rest)
        } else {
            moment.checked_add_months(Months::new(self.months))?.checked_add_signed(self.rest)
        }
    }

    /// Adds the parts of a text; its units come in the order given, each at most once. Returns whether parts may
    /// follow.
    fn take(&mut self, mut text: &str, units: &[(char, Unit)]) -> Option<bool> {
        let (mut units, mut open) = (units.iter(), true);
        while !text.is_empty() {
            let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')?;
            let (number, rest) = text.split_at(end);
            let letter = rest.chars().next()?;
            let (_, unit) = units.find(|(known, _)| *known == letter)?;
            if !open {
                return None;
            }
            let (whole, fraction) = number.split_once(['.', ',']).map_or((number, None), |(a, b)| (a, Some(b)));
            let whole: i64 = whole.parse().ok()?;
            match *unit {
                Unit::Months(each) if fraction.is_none() => {
                    let months = u32::try_from(whole).ok()?.checked_mul(each)?;
                    self.months = self.months.checked_add(months)?;
                }
                Unit::Months(_) => return None,
                Unit::Seconds(each) => {
                    let nanos = fraction.map_or(Some(0), |digits| nanos(digits, each))?;
                    let part = TimeDelta::try_seconds(whole.checked_mul(each)?)?;
                    self.rest = self.rest.checked_add(&part)?.checked_add(&TimeDelta::nanoseconds(nanos))?;
                }
            }
            open = fraction.is_none();
            text = rest.get(letter.len_utf8()..)?;
        }
        Some(open)
    }
}

#[derive(Debug, Clone, Copy)]
enum Unit {
    Months(u32),
    Seconds(i64),
}

const DAY: Unit = Unit::Seconds(86_400);

impl Unit {
    const fn of(self, times: i64) -> Unit {
        match self {
            Unit::Seconds(each) => Unit::Seconds(each * times),
            months => months,
        }
    }
}

/// A fraction of a unit of the given number of seconds, in nanoseconds; digits beyond the ninth are dropped.
fn nanos(digits: &str, seconds: i64) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
    nine.parse::<i64>().ok()?.checked_mul(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn after(text: &str) -> Option<String> {
        let start = NaiveDate::from_ymd_opt(2024, 1, 31).unwrap().and_hms_opt(12, 0, 0).unwrap();
        Some(Span::parse(text)?.after(start)?.format("%Y-%m-%dT%H:%M:%S%.f").to_string())
    }

    #[test]
    fn durations_move_by_the_calendar_and_by_the_second() {
        for (text, expected) in [
            ("PT1H", "2024-01-31T13:00:00"),
            ("-PT1H30M", "2024-01-31T10:30:00"),
            ("P1M", "2024-02-29T12:00:00"),
            ("P1Y1M1DT1S", "2025-03-01T12:00:01"),
            ("P2W", "2024-02-14T12:00:00"),
            ("PT0.25S", "2024-01-31T12:00:00.250"),
            ("PT1,5H", "2024-01-31T13:30:00"),
            ("P0D", "2024-01-31T12:00:00"),
        ] {
            assert_eq!(after(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_duration_is_refused() {
        for text in [
            "",
            "P",
            "PT",
            "P1",
            "1H",
            "PT1D",
            "P1H",
            "PT1M1H",
            "P1.5M",
            "PT1.5H1S",
            "PTS",
            "P1DT",
            "PT.S",
            "P-1D",
            "P1é",
            "PT99999999999999999999S",
        ] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
        assert_eq!(after("P400000Y"), None);
    }
}
