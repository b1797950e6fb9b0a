//! Dates in the forms that .NET tells apart, by table.

use super::{parse_invariant, parse_json_text, parse_json_token, parse_round_trip};
use chrono::NaiveDate;
use proptest::prelude::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

/// As forms and queries read it.
fn invariant(text: &str) -> Option<String> {
    parse_invariant(text, today()).map(|date| date.round_trip())
}

/// As Json.NET reads it for a date member.
fn json(text: &str) -> Option<String> {
    let token = parse_json_token(text, false).unwrap();
    token.or_else(|| parse_json_text(text, today())).map(|date| date.round_trip())
}

fn assert_each(read: fn(&str) -> Option<String>, cases: &[(&str, Option<&str>)]) {
    for (text, expected) in cases {
        assert_eq!(read(text).as_deref(), *expected, "{text:?}");
    }
}

#[test]
fn many_orders_name_the_same_moment() {
    for text in [
        "2024-01-02T03:04:05",
        "2024-01-02 03:04:05",
        "2024/1/2 3:4:5",
        "2024/01-02 03:04:05",
        "01/02/2024 03:04:05",
        "1/2/24 3:04:05 AM",
        "1-2-2024 3:04:05am",
        "2 January 2024 03:04:05",
        "2-Jan-2024 03:04:05",
        "Jan 2, 2024 03:04:05",
        "jan. 2. 2024 03:04:05",
        "January 2024 2 03:04:05",
        "2024 2 Jan 03:04:05",
        "Tue, 02 Jan 2024 03:04:05",
        "tuesday 2024-01-02 03:04:05",
        "03:04:05 2024-01-02",
        "03:04:05 Jan 2 24",
        "02024-01-02 03:04:05",
        "00002024-01-02T03:04:05",
        "#2024-01-02 03:04:05#",
        " \u{a0}2024-01-02\u{2003}03:04:05\u{3000}",
        "2024-01-02 03:04:05\0\0",
        "2024-01-02 A.D. 03:04:05",
        "AD 2024-01-02 03:04:05",
        "2024 1 2 03 : 04 : 05",
        "2024-01-02 T 03 : 04 : 05",
        "2024年1月2日 03:04:05",
        "2024年1月2日3時4分5秒",
        "2024년 1월 2일 03:04:05",
        "1 2 2024 3:4:5",
        "2024-01-02,03:04:05",
    ] {
        assert_eq!(invariant(text).as_deref(), Some("2024-01-02T03:04:05"), "{text:?}");
    }
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "",
        " ",
        "x",
        "5",
        "12345",
        "2024",
        "20240102",
        "000002024-01-02",
        "13/02/2024",
        "2024-13-01",
        "2024-02-30",
        "2023-02-29",
        "0000-01-01",
        "10000-01-01",
        "99999-01-01",
        "2024-01-02T24:00:00",
        "2024-01-02 24:00",
        "2024-12-31T23:59:60Z",
        "Mon, 02 Jan 2024",
        "Tue Tue 2024-01-02",
        "Jan Feb 2024",
        "Janu 2 2024",
        "2024-01-02-",
        "2024-01-02 2024-01-03",
        "1:2 2024-01-02 3:4",
        "1:2:3:4 2024-01-02",
        "2024-01-02T03:04:05+15:00",
        "2024-01-02 14:00+14:01",
        "2024-01-02 03:04 Z +02:00",
        "2024-01-02 03:04 ZZ",
        "2024-01-02 3 A",
        "2024-01-02 PMZ",
        "2024-01-02 AM",
        "2024-01-02 13:00 AM",
        "#2024-01-02",
        "#2024#-01-02",
        "\x002024-01-02",
        "2024-01-02\0x",
        "２０２４-01-02",
        "2024.01.02x",
        "2024年1月2日3日",
    ] {
        assert_eq!(invariant(text), None, "{text:?}");
    }
}

#[test]
fn behind_a_t_only_iso_8601_is_read() {
    assert_each(
        invariant,
        &[
            ("2024-01-02T03:04", Some("2024-01-02T03:04:00")),
            ("2024-1-2t03:04:05.5z", Some("2024-01-02T03:04:05.5+00:00")),
            ("2024/01/02T03:04:05.00000005 Z", Some("2024-01-02T03:04:05.0000001+00:00")),
            ("2024-01-02T03:04:05+5", Some("2024-01-01T22:04:05+00:00")),
            ("2024-01-02T03:04:05+05:3", Some("2024-01-01T22:01:05+00:00")),
            ("2024-01-02T03:04:05-0130", Some("2024-01-02T04:34:05+00:00")),
            // One character behind an offset is passed over, whatever it is.
            ("2024-01-02T03:04:05+02:00Z", Some("2024-01-02T01:04:05+00:00")),
            ("2024-01-02T03:04:05+02:00x ", Some("2024-01-02T01:04:05+00:00")),
            ("2024-01-02T03:04:05+0200Z", Some("2024-01-02T01:04:05+00:00")),
            ("2024-01-02T03:04:05+02:00ZZ", None),
            ("2024-01-02T03:04:05+02:00 Z", None),
            ("2024-01-02T03:04:05+02:00:00", None),
            ("2024-01-02T03:04:05+02000", None),
            ("2024-01-02T03:04:05+99:99", None),
            ("2024-01-02T03:04:05ZZ", None),
            ("2024-01-02T3:4:5", None),
            ("2024-01-02T03", None),
            ("2024-01-02T0304", None),
            ("2024-01-02T03:04:05.", None),
            ("2024-01-02T03:04:05,1", None),
            ("2024-01-02T03:04:05 PM", None),
            ("2024-01-02T03:04:05 GMT", None),
            ("2024-01T03:04:05", None),
            ("2024T03:04:05", None),
            ("01/02/2024T03:04:05", None),
            ("Jan 2 2024T03:04:05", None),
        ],
    );
}

#[test]
fn a_fraction_is_summed_in_binary_and_rounded() {
    for (digits, expected) in [
        ("1", ".1"),
        ("1234567", ".1234567"),
        ("12345674", ".1234567"),
        ("12345675", ".1234568"),
        ("00000005", ".0000001"),
        ("00000015", ".0000002"),
        ("999999949", ".9999999"),
    ] {
        for separator in ["T", " "] {
            let text = format!("2024-01-02{separator}03:04:05.{digits}");
            assert_eq!(invariant(&text), Some(format!("2024-01-02T03:04:05{expected}")), "{text}");
        }
    }
    assert_eq!(invariant("2024-01-02 03:04:05.99999995").as_deref(), Some("2024-01-02T03:04:06"));
    assert_eq!(invariant("2024-01-02 03:04:05.").as_deref(), Some("2024-01-02T03:04:05"));
    assert_eq!(invariant("9999-12-31 23:59:59.99999999"), None);
}

#[test]
fn halves_of_the_day_follow_a_number_or_stand_alone() {
    assert_each(
        invariant,
        &[
            ("2024-01-02 12:00 AM", Some("2024-01-02T00:00:00")),
            ("2024-01-02 0:00 AM", Some("2024-01-02T00:00:00")),
            ("2024-01-02 12:00 PM", Some("2024-01-02T12:00:00")),
            ("2024-01-02 0:00 PM", Some("2024-01-02T12:00:00")),
            ("2024-01-02 13:00 PM", Some("2024-01-02T13:00:00")),
            ("2024-01-02 PM 3:00", Some("2024-01-02T15:00:00")),
            ("2024-01-02 3PM", Some("2024-01-02T15:00:00")),
            ("1/2 3 PM", Some("2026-01-02T15:00:00")),
            ("2024-01-02 3:00 PM+02:00", Some("2024-01-02T13:00:00+00:00")),
            ("2024-01-02 24:00 PM", None),
            ("2024-01-02 3:00 PM PM", None),
        ],
    );
}

#[test]
fn an_offset_needs_no_time() {
    assert_each(
        invariant,
        &[
            ("2024-01-02+02:00", Some("2024-01-01T22:00:00+00:00")),
            ("2024-01-02 +2", Some("2024-01-01T22:00:00+00:00")),
            ("2024-01-02-02:00", Some("2024-01-02T02:00:00+00:00")),
            ("Jan 2 2024 +0230", Some("2024-01-01T21:30:00+00:00")),
            ("2024-01-02 03:04-08", Some("2024-01-02T11:04:00+00:00")),
            ("2024-01-02 03:04 +08:00", Some("2024-01-01T19:04:00+00:00")),
            ("2024-01-02GMT", Some("2024-01-02T00:00:00+00:00")),
            // On the calendar's first day the clock turns around.
            ("0001-01-01+02", Some("0001-01-01T22:00:00+00:00")),
            ("0001-01-01T03:04:05+14:00", Some("0001-01-01T13:04:05+00:00")),
            ("9999-12-31T23:00:00-02:00", None),
            ("2024-01-02+02:60", None),
        ],
    );
}

#[test]
fn what_is_missing_comes_from_today_or_the_beginning() {
    assert_each(
        invariant,
        &[
            ("03:04", Some("2026-11-21T03:04:00")),
            ("3 PM", Some("2026-11-21T15:00:00")),
            ("03:04:05.5Z", Some("2026-11-21T03:04:05.5+00:00")),
            ("03:04+02:00", Some("2026-11-21T01:04:00+00:00")),
            ("Sat 03:04", Some("2026-11-21T03:04:00")),
            ("Sun 03:04", None),
            ("January 2", Some("2026-01-02T00:00:00")),
            ("2 January", Some("2002-01-01T00:00:00")),
            ("30 January", Some("1930-01-01T00:00:00")),
            ("29 Jan", Some("2029-01-01T00:00:00")),
            ("1/2", Some("2026-01-02T00:00:00")),
            // Three numbers are the most that one part may have, and a month's name waits for a number of its own.
            ("1/2 03:04", None),
            ("Jan 2 03:04", Some("2026-11-21T02:03:00")),
            ("2/29", None),
            ("2024-01", Some("2024-01-01T00:00:00")),
            ("01/2024", Some("2024-01-01T00:00:00")),
            ("January 2024", Some("2024-01-01T00:00:00")),
            ("2024 Jan", Some("2024-01-01T00:00:00")),
            ("5月", Some("2026-05-01T00:00:00")),
            ("3時", Some("2026-11-21T03:00:00")),
        ],
    );
}

#[test]
fn a_zone_makes_the_date_local_unless_round_tripping() {
    for (text, local, kept) in [
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05Z"),
        ("2024-01-02t03:04z", "2024-01-02T03:04:00+00:00", "2024-01-02T03:04:00Z"),
        ("Tue, 02 Jan 2024 03:04:05 GMT", "2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05Z"),
        ("2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05+00:00"),
        ("2024-01-02 03:04 -0130", "2024-01-02T04:34:00+00:00", "2024-01-02T04:34:00+00:00"),
    ] {
        assert_eq!(invariant(text).as_deref(), Some(local), "{text}");
        let round_trip = parse_round_trip(text, today()).map(|date| date.round_trip());
        assert_eq!(round_trip.as_deref(), Some(kept), "{text}");
    }
}

#[test]
fn json_tries_its_own_forms_before_the_general_ones() {
    assert_each(
        json,
        &[
            // Hour 24, hours beyond 14 and minutes beyond 59 of an offset are its own.
            ("2024-01-02T24:00:00", Some("2024-01-03T00:00:00")),
            ("2024-01-02T03:04:05+15:00", Some("2024-01-01T12:04:05+00:00")),
            ("2024-01-02T03:04:05.1+02:60", Some("2024-01-02T00:04:05.1+00:00")),
            ("0001-01-01T00:00:00+02:00", Some("0001-01-01T00:00:00+00:00")),
            ("2024-01-02T03:04:05:", Some("2024-01-02T03:04:05")),
            ("2024-01-02T03:04:05+02:", Some("2024-01-02T01:04:05+00:00")),
            ("2024-01-02T03:04:05.123456789", Some("2024-01-02T03:04:05.1234567")),
            // The exact form.
            ("2024-01-02T03:04:05.", Some("2024-01-02T03:04:05")),
            ("2024-01-02T03:04:05.Z", Some("2024-01-02T03:04:05Z")),
            // The general form.
            ("2024-01-02T03:04:05.12345678", Some("2024-01-02T03:04:05.1234568")),
            ("2024-01-02T03:04:05+02:00Z", Some("2024-01-02T01:04:05+00:00")),
            ("2024-01-02T03:04", Some("2024-01-02T03:04:00")),
            ("2024-01-02", Some("2024-01-02T00:00:00")),
            ("02024-01-02T03:04:05", Some("2024-01-02T03:04:05")),
            ("3 PM", Some("2026-11-21T15:00:00")),
            ("2024-01-02T03:04:05.+2", None),
            ("2024-01-02T03:04:05PM", None),
            ("/Date(x)/", None),
        ],
    );
}

proptest! {
    #[test]
    fn any_text_is_answered(text in r"[0-9TtZzAPMGD:/+\-., #年月日時\x00é😀a-z]{0,40}") {
        for date in [parse_invariant(&text, today()), parse_round_trip(&text, today()), parse_json_text(&text, today())] {
            prop_assert!(date.is_none_or(|date| (0..=crate::contract::DateTime::MAX_TICKS).contains(&date.ticks)));
        }
    }

    #[test]
    fn what_is_written_is_read_again(ticks in 0..=crate::contract::DateTime::MAX_TICKS) {
        let date = crate::contract::DateTime { ticks, kind: crate::contract::DateTimeKind::Utc };
        let text = date.round_trip();
        prop_assert_eq!(parse_json_token(&text, false), Ok(Some(date)));
        prop_assert_eq!(parse_round_trip(&text, today()), Some(date));
    }

    #[test]
    fn the_order_of_date_and_time_does_not_matter(
        year in 1000..9999i32, month in 1..=12u32, day in 1..=28u32, hour in 0..24u32, minute in 0..60u32,
    ) {
        let date = format!("{year}-{month}-{day}");
        let time = format!("{hour}:{minute:02}");
        prop_assert_eq!(invariant(&format!("{date} {time}")), invariant(&format!("{time} {date}")));
        prop_assert!(invariant(&date).is_some());
    }
}
