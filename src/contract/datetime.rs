//! .NET's `DateTime`: ticks of 100 ns since 0001-01-01 and a kind. The emulated servers run in UTC, so a
//! `Local` date has the offset `+00:00` (every public sample of the Admin users API does).

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};

/// Ticks of 100 ns in a second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;
/// 1970-01-01T00:00:00 in ticks.
pub const UNIX_EPOCH_TICKS: i64 = 621_355_968_000_000_000;

/// The zone of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateTimeKind {
    /// No zone.
    Unspecified,
    /// `Z`.
    Utc,
    /// The server's zone, which is UTC here: `+00:00`.
    Local,
}

/// A date with its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime {
    /// 100 ns since 0001-01-01T00:00:00.
    pub ticks: i64,
    /// The zone of the date.
    pub kind: DateTimeKind,
}

impl DateTime {
    /// `DateTime.MinValue`.
    pub const MIN: DateTime = DateTime { ticks: 0, kind: DateTimeKind::Unspecified };
    /// Ticks of `DateTime.MaxValue`.
    pub const MAX_TICKS: i64 = 3_155_378_975_999_999_999;

    /// From a civil date and time; parts below 100 ns are dropped. `None` outside years 1 to 9999.
    #[must_use]
    pub fn from_civil(civil: NaiveDateTime, kind: DateTimeKind) -> Option<DateTime> {
        let since = civil - epoch();
        let ticks =
            since.num_seconds().checked_mul(TICKS_PER_SECOND)?.checked_add(i64::from(since.subsec_nanos()) / 100)?;
        (0..=Self::MAX_TICKS).contains(&ticks).then_some(DateTime { ticks, kind })
    }

    /// The civil date.
    #[must_use]
    pub fn date(&self) -> NaiveDate {
        let days = i32::try_from(self.ticks / TICKS_PER_DAY).unwrap_or_default();
        // Day 1 of the common era is the first, and has no ticks yet.
        NaiveDate::from_num_days_from_ce_opt(days + 1).unwrap_or_default()
    }

    /// The civil date and time.
    #[must_use]
    pub fn civil(&self) -> NaiveDateTime {
        let seconds = TimeDelta::seconds(self.ticks / TICKS_PER_SECOND);
        let rest = TimeDelta::nanoseconds(self.ticks % TICKS_PER_SECOND * 100);
        epoch() + seconds + rest
    }

    /// `yyyy-MM-ddTHH:mm:ss`, the fraction without trailing zeros, and `Z`, `+00:00` or nothing: how Json.NET and
    /// XmlSerializer both write a date.
    #[must_use]
    pub fn round_trip(&self) -> String {
        let mut text = self.to_the_second();
        let fraction = self.ticks % TICKS_PER_SECOND;
        if fraction != 0 {
            let digits = format!(".{fraction:07}");
            text.push_str(digits.trim_end_matches('0'));
        }
        text.push_str(match self.kind {
            DateTimeKind::Unspecified => "",
            DateTimeKind::Utc => "Z",
            DateTimeKind::Local => "+00:00",
        });
        text
    }

    /// As HTTP writes dates (RFC 1123), e.g. `Thu, 06 Feb 2020 12:45:27 GMT`.
    #[must_use]
    pub fn http_date(&self) -> String {
        self.civil().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// `yyyy-MM-ddTHH:mm:ss`. By hand: nearly every answer contains a date, and chrono parses its format every time.
    #[must_use]
    pub fn to_the_second(&self) -> String {
        let civil = self.civil();
        let mut text = String::with_capacity(33);
        for (number, digits, before) in [
            (civil.year().unsigned_abs(), 4, ""),
            (civil.month(), 2, "-"),
            (civil.day(), 2, "-"),
            (civil.hour(), 2, "T"),
            (civil.minute(), 2, ":"),
            (civil.second(), 2, ":"),
        ] {
            text.push_str(before);
            let mut power = 10_u32.pow(digits - 1);
            while power > 0 {
                text.push(char::from_digit(number / power % 10, 10).unwrap_or('0'));
                power /= 10;
            }
        }
        text
    }
}

fn epoch() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fraction_loses_trailing_zeros_and_kind_decides_the_suffix() {
        let civil = NaiveDate::from_ymd_opt(2024, 3, 28).and_then(|d| d.and_hms_nano_opt(8, 12, 49, 359_510_000));
        let date = DateTime::from_civil(civil.unwrap_or_default(), DateTimeKind::Local);
        assert_eq!(date.map(|d| d.round_trip()).as_deref(), Some("2024-03-28T08:12:49.35951+00:00"));
        assert_eq!(DateTime::MIN.round_trip(), "0001-01-01T00:00:00");
    }

    #[test]
    fn the_date_of_a_moment_is_that_of_its_civil_time() {
        let days = [0, 1, 58, 59, 365, 719_162, 738_885];
        let moments = days.into_iter().flat_map(|day| [day * TICKS_PER_DAY, (day + 1) * TICKS_PER_DAY - 1]);
        for ticks in moments.chain([UNIX_EPOCH_TICKS, DateTime::MAX_TICKS]) {
            let moment = DateTime { ticks, ..DateTime::MIN };
            assert_eq!(moment.date(), moment.civil().date(), "{ticks}");
        }
    }
}
