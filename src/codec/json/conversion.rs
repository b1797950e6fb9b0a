//! Scalars to the type that is wanted where tokenizing did not settle it: Guids, enums with and without the name
//! converter, empty texts as null, and the wording when nothing fits.

use super::Thrown;
use super::deserializer::Deserializer;
use super::token::{Integer, Token};
use crate::codec::convert::{enums, guid};
use crate::contract::{DateTime, Kind, Value};
use std::mem;
use uuid::Uuid;

impl Deserializer<'_> {
    /// The scalar at hand as a value of the kind.
    pub(super) fn convert(&mut self, kind: &Kind) -> Result<Value, Thrown> {
        let target = kind.underlying();
        let nullable = !kind.is_non_nullable_value();
        let converted = match (&mut self.reader.token, target) {
            (Token::Null | Token::Undefined, _) => nullable.then_some(Value::Null),
            (Token::String(text), Kind::String) => Some(Value::Text(mem::take(text).into_owned())),
            (Token::String(text), _) if text.is_empty() && nullable => Some(Value::Null),
            (Token::String(text), Kind::Guid) => read_guid(text).map(Value::Guid),
            (Token::String(text), Kind::Enum(of)) => enums::parse(text, of).map(Value::Enum),
            (Token::StartConstructor(name), Kind::Enum(of)) => enums::parse(name, of).map(Value::Enum),
            (Token::Integer(Integer::Small(number)), Kind::Int32) => i32::try_from(*number).ok().map(Value::Int),
            // Quirk: Enum.ToObject keeps the low 32 bits (oracle: jj-enum-big).
            (Token::Integer(Integer::Small(number)), Kind::Enum(_)) => Some(Value::Enum(*number as i32)),
            (Token::Boolean(flag), Kind::Bool) => Some(Value::Bool(*flag)),
            (Token::Boolean(flag), Kind::Enum(_)) => Some(Value::Enum(i32::from(*flag))),
            (Token::Date(date), Kind::DateTime) => Some(Value::DateTime(*date)),
            _ => None,
        };
        converted.ok_or_else(|| self.cannot_convert(kind))
    }

    /// An enum as `StringEnumConverter` reads it.
    pub(super) fn convert_by_name(&mut self, kind: &Kind) -> Result<Value, Thrown> {
        let Kind::Enum(of) = kind.underlying() else { return Ok(Value::Null) };
        let nullable = !kind.is_non_nullable_value();
        let converted = match &self.reader.token {
            Token::Null if nullable => Some(Value::Null),
            Token::Null => {
                let text = format!("Cannot convert null value to {}.", kind.clr_name());
                return Err(self.reader.exception(&text));
            }
            Token::String(text) if text.is_empty() && nullable => Some(Value::Null),
            Token::String(text) => enums::parse(text, of).map(Value::Enum),
            Token::Integer(Integer::Small(number)) => Some(Value::Enum(*number as i32)),
            Token::Integer(Integer::Big(_)) => None,
            token => {
                let text = format!("Unexpected token {} when parsing enum.", token.name());
                return Err(self.reader.exception(&text));
            }
        };
        converted.ok_or_else(|| self.cannot_convert(kind))
    }

    fn cannot_convert(&mut self, kind: &Kind) -> Thrown {
        let shown = shown(&self.reader.token);
        self.reader.exception(&format!("Error converting value {shown} to type '{}'.", kind.clr_name()))
    }
}

/// A Guid; the form that nearly all have is tried first.
fn read_guid(text: &str) -> Option<Uuid> {
    let usual = if text.len() == 36 { Uuid::try_parse(text).ok() } else { None };
    usual.or_else(|| guid::parse(text))
}

/// A scalar as error texts print it: .NET's invariant `ToString`, texts in quotes.
fn shown(token: &Token<'_>) -> String {
    match token {
        Token::String(text) => format!("\"{text}\""),
        Token::StartConstructor(name) => format!("\"{name}\""),
        Token::Integer(Integer::Small(number)) => number.to_string(),
        Token::Integer(Integer::Big(digits)) => (*digits).to_owned(),
        Token::Float(number) => shown_float(*number),
        Token::Boolean(true) => "True".to_owned(),
        Token::Boolean(false) => "False".to_owned(),
        Token::Date(date) => shown_date(*date),
        _ => "{null}".to_owned(),
    }
}

/// The shortest digits, with an exponent from 1E+15 up and below 0.0001.
fn shown_float(number: f64) -> String {
    if !number.is_finite() {
        return if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-5..15).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}E{sign}{:02}", exponent.abs())
}

fn shown_date(date: DateTime) -> String {
    date.civil().format("%m/%d/%Y %H:%M:%S").to_string()
}

/// A scalar as the text of `$id`, `$ref` or `$type`; `None` for null and for anything but a scalar.
pub(super) fn identifier(token: &Token<'_>) -> Option<String> {
    match token {
        Token::String(text) => Some(text.as_ref().to_owned()),
        Token::StartConstructor(name) => Some((*name).to_owned()),
        Token::Integer(_) | Token::Float(_) | Token::Boolean(_) | Token::Date(_) => Some(shown(token)),
        _ => None,
    }
}
