//! Primitive values of tokens and their .NET conversions: to text, to integers, to dates and Guids.

use crate::contract::{DateTime, DateTimeKind, UNIX_EPOCH_TICKS};
use uuid::Uuid;

/// A primitive token's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Primitive {
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    Date(DateTime),
    Bytes(Vec<u8>),
    Guid(Uuid),
}

impl Primitive {
    /// `ToString` with the invariant culture.
    pub(super) fn to_text(&self) -> String {
        match self {
            Primitive::Int(number) => number.to_string(),
            Primitive::Float(number) => double_text(*number),
            Primitive::Bool(flag) => if *flag { "True" } else { "False" }.to_owned(),
            Primitive::Text(text) => text.clone(),
            Primitive::Date(date) => date.civil().format("%m/%d/%Y %H:%M:%S").to_string(),
            Primitive::Bytes(_) => "System.Byte[]".to_owned(),
            Primitive::Guid(guid) => guid.to_string(),
        }
    }
}

/// `double.ToString()` of the .NET Framework: 15 significant digits, an exponent from 1E+15 on and below 0.0001.
fn double_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{number:.14e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if !(-4..15).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}E{sign}{:02}", trim(mantissa), exponent.unsigned_abs());
    }
    let decimals = usize::try_from(14 - exponent).unwrap_or(0);
    trim(&format!("{number:.decimals$}"))
}

/// `Convert.ToInt32` of a double: to the nearest, halves to the even one; `None` out of range.
pub(super) fn round_to_int32(number: f64) -> Option<i32> {
    let rounded = number.round_ties_even();
    (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&rounded).then_some(rounded as i32)
}

/// Milliseconds since 1970 as a local date; `None` outside years 1 to 9999. The product wraps as in .NET.
pub(super) fn date_of_milliseconds(milliseconds: i64) -> Option<DateTime> {
    let ticks = milliseconds.wrapping_mul(TICKS_PER_MILLISECOND).wrapping_add(UNIX_EPOCH_TICKS);
    (0..=DateTime::MAX_TICKS).contains(&ticks).then_some(DateTime { ticks, kind: DateTimeKind::Local })
}

/// Ticks of 100 ns in a millisecond.
pub(super) const TICKS_PER_MILLISECOND: i64 = 10_000;

/// `new Guid(byte[])`.
pub(super) fn guid_of(bytes: &[u8]) -> Option<Uuid> {
    bytes.try_into().ok().map(Uuid::from_bytes_le)
}

#[cfg(test)]
mod tests {
    use super::{double_text, round_to_int32};

    #[test]
    fn doubles_print_fifteen_digits() {
        for (number, text) in [
            (1.0, "1"),
            (5.5, "5.5"),
            (0.1 + 0.2, "0.3"),
            (-0.00001, "-1E-05"),
            (0.0001, "0.0001"),
            (1e15, "1E+15"),
            (123_456_789_012_345.0, "123456789012345"),
            (1.5e300, "1.5E+300"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(double_text(number), text);
        }
    }

    #[test]
    fn halves_round_to_even_and_big_doubles_do_not_fit() {
        assert_eq!([5.5, 4.5, -0.5, 2_147_483_647.4].map(round_to_int32), [Some(6), Some(4), Some(0), Some(i32::MAX)]);
        assert_eq!([2_147_483_647.5, -2_147_483_648.6, f64::NAN].map(round_to_int32), [None; 3]);
    }
}
