//! Json.NET's typed reads (`ReadAsInt32` and its siblings): they convert the next token to what the contract's
//! primitive wants. quirk: unlike the JSON text reader they round doubles into integers and print booleans and dates
//! as .NET does (oracle: bs-double-frac, bs-date-str).

use super::primitive::{Primitive, round_to_int32};
use super::token::{Fault, Token};
use super::tokens::Tokens;
use crate::codec::convert::{date, number};
use crate::contract::Kind;

/// Moves to the next token, read for a kind; `false` when there is none.
pub(super) fn read_for(tokens: &mut Tokens<'_>, kind: &Kind) -> Result<bool, Fault> {
    let more = tokens.read()?;
    let convert = match kind.underlying() {
        Kind::Int32 => as_int32,
        Kind::Bool => as_boolean,
        Kind::String => as_string,
        Kind::DateTime => as_date,
        _ => return Ok(more),
    };
    let token = match &tokens.token {
        Token::None | Token::Null | Token::EndArray => return Ok(more),
        Token::Value(Primitive::Text(text)) if text.is_empty() && !matches!(kind, Kind::String) => Token::Null,
        token => Token::Value(convert(token).map_err(|text| tokens.fault(&text))?),
    };
    tokens.replace(token);
    Ok(more)
}

fn as_int32(token: &Token) -> Result<Primitive, String> {
    let Token::Value(value) = token else { return Err(unexpected("integer", token)) };
    let number = match value {
        Primitive::Int(number) => i32::try_from(*number).ok(),
        Primitive::Float(number) => round_to_int32(*number),
        Primitive::Text(text) => {
            let number =
                number::int32_parse(text).map_err(|_| format!("Could not convert string to integer: {text}."))?;
            return Ok(Primitive::Int(i64::from(number)));
        }
        _ => return Err(unexpected("integer", token)),
    };
    let number = number.ok_or_else(|| format!("Could not convert to integer: {}.", value.to_text()))?;
    Ok(Primitive::Int(i64::from(number)))
}

fn as_boolean(token: &Token) -> Result<Primitive, String> {
    let flag = match token {
        Token::Value(Primitive::Bool(flag)) => *flag,
        Token::Value(Primitive::Int(number)) => *number != 0,
        Token::Value(Primitive::Float(number)) => *number != 0.0,
        Token::Value(Primitive::Text(text)) => {
            let word = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
            if !word.eq_ignore_ascii_case("true") && !word.eq_ignore_ascii_case("false") {
                return Err(format!("Could not convert string to boolean: {text}."));
            }
            word.eq_ignore_ascii_case("true")
        }
        _ => return Err(unexpected("boolean", token)),
    };
    Ok(Primitive::Bool(flag))
}

fn as_string(token: &Token) -> Result<Primitive, String> {
    match token {
        Token::Value(value) => Ok(Primitive::Text(value.to_text())),
        _ => Err(unexpected("string", token)),
    }
}

fn as_date(token: &Token) -> Result<Primitive, String> {
    match token {
        Token::Value(Primitive::Date(date)) => Ok(Primitive::Date(*date)),
        Token::Value(Primitive::Text(text)) => date::parse_json_text(text)
            .map(Primitive::Date)
            .ok_or_else(|| format!("Could not convert string to DateTime: {text}.")),
        _ => Err(unexpected("date", token)),
    }
}

fn unexpected(wanted: &str, token: &Token) -> String {
    format!("Error reading {wanted}. Unexpected token: {}.", token.name())
}
