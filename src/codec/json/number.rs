//! Numbers: decimal, hexadecimal (`0x1F`), octal (`017`), and what each wanted type makes of them.

use super::Thrown;
use super::reader::TextReader;
use super::token::{Integer, Token, Want};
use std::borrow::Cow;

/// Longer integers are refused outright.
const MAX_BIG_DIGITS: usize = 380;

/// What became of a run of digits.
enum Digits {
    Value(i64),
    Overflow,
    Invalid,
}

impl<'a> TextReader<'a> {
    pub(super) fn parse_number_or_infinity(&mut self, want: Want) -> Result<(), Thrown> {
        if self.peek() == Some(b'-') && self.bytes.get(self.at + 1) == Some(&b'I') {
            return self.parse_special("-Infinity", f64::NEG_INFINITY, want);
        }
        self.parse_number(want)
    }

    pub(super) fn parse_number(&mut self, want: Want) -> Result<(), Thrown> {
        let start = self.at;
        self.pass_number()?;
        let text = self.text.get(start..self.at).unwrap_or_default();
        // Counted before it is judged, so that reading can go on behind a number that does not fit.
        self.after_value(true);
        if want == Want::DateTime {
            // quirk: unlike the errors below this one leaves the token, so the reader passes over the next one, too.
            return Err(self.exception("Cannot read number value as type."));
        }
        match self.number_token(text, want) {
            Ok(token) => {
                self.set_scalar(token);
                Ok(())
            }
            Err(message) => {
                self.set_scalar(Token::Undefined);
                Err(self.exception(&message))
            }
        }
    }

    /// Passes everything that may belong to a number; what follows has to be a separator.
    fn pass_number(&mut self) -> Result<(), Thrown> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let part =
            |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'x' | b'X' | b'a'..=b'f' | b'A'..=b'F');
        self.at += rest.iter().take_while(|byte| part(byte)).count();
        match self.peek() {
            None | Some(0 | b',' | b'}' | b']' | b')' | b'/' | b' ' | b'\t'..=b'\r') => Ok(()),
            Some(_) => {
                let letter = self.unit().0;
                if letter.is_whitespace() {
                    return Ok(());
                }
                Err(self.exception(&format!("Unexpected character encountered while parsing number: {letter}.")))
            }
        }
    }

    fn number_token(&mut self, text: &'a str, want: Want) -> Result<Token<'a>, String> {
        let other_base = text.starts_with('0') && !matches!(text.as_bytes().get(1), None | Some(b'.' | b'e' | b'E'));
        if other_base {
            self.lenient("a hexadecimal or octal number");
        } else if text.starts_with('.') || text.ends_with('.') {
            self.lenient("a number with a bare decimal point");
        }
        match want {
            Want::Int32 if other_base => based(text, 32)
                .map(|number| Token::Integer(Integer::Small(number)))
                .ok_or_else(|| format!("Input string '{text}' is not a valid integer.")),
            Want::Int32 => match decimal(text, 10, i64::from(i32::MIN), i64::from(i32::MAX)) {
                Digits::Value(number) => Ok(Token::Integer(Integer::Small(number))),
                Digits::Overflow => Err(format!("JSON integer {text} is too large or small for an Int32.")),
                Digits::Invalid => Err(format!("Input string '{text}' is not a valid integer.")),
            },
            Want::String if other_base && based(text, 64).is_some() => Ok(Token::String(Cow::Borrowed(text))),
            Want::String if !other_base && is_float(text) => Ok(Token::String(Cow::Borrowed(text))),
            Want::String => Err(format!("Input string '{text}' is not a valid number.")),
            _ if other_base => based(text, 64)
                .map(|number| Token::Integer(Integer::Small(number)))
                .ok_or_else(|| format!("Input string '{text}' is not a valid number.")),
            _ => any_number(text),
        }
    }
}

fn any_number(text: &str) -> Result<Token<'_>, String> {
    match decimal(text, 19, i64::MIN, i64::MAX) {
        Digits::Value(number) => Ok(Token::Integer(Integer::Small(number))),
        Digits::Overflow if text.len() > MAX_BIG_DIGITS => Err(format!("JSON integer {text} is too large to parse.")),
        Digits::Overflow => Ok(Token::Integer(Integer::Big(text))),
        Digits::Invalid if is_float(text) => Ok(Token::Float(text.parse().unwrap_or(f64::NAN))),
        Digits::Invalid => Err(format!("Input string '{text}' is not a valid number.")),
    }
}

/// Decimal digits behind an optional minus. More digits than `longest` overflow even when they begin with zeros.
fn decimal(text: &str, longest: usize, least: i64, most: i64) -> Digits {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Digits::Invalid;
    }
    match text.parse::<i64>() {
        Ok(number) if digits.len() <= longest && (least..=most).contains(&number) => Digits::Value(number),
        _ => Digits::Overflow,
    }
}

/// `Convert.ToInt32` or `ToInt64` in base 16 or 8: two's complement, so 0xFFFFFFFF is -1.
fn based(text: &str, bits: u32) -> Option<i64> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None => (text, 8),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    match bits {
        32 => u32::from_str_radix(digits, radix).ok().map(|number| i64::from(number.cast_signed())),
        _ => u64::from_str_radix(digits, radix).ok().map(u64::cast_signed),
    }
}

/// `double.TryParse`: digits with at most one point, then an optional exponent.
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fits
}
