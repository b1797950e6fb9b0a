//! The tokenizer's lexemes: blanks and line ends, comments, quoted strings with their escapes, bare names, keywords and
//! numbers. Positions after a failure are where Json.NET leaves its own, because reading continues from there.

use super::Thrown;
use super::token::{Integer, State, Token, Unit, Want, is_identifier};
use super::tokenizer::Tokenizer;
use crate::codec::Runtime;
use std::borrow::Cow;

/// Longer integers are refused outright.
const MAX_BIG_DIGITS: usize = 380;

/// The outcome of reading a run of digits.
enum Digits {
    Value(i64),
    Overflow,
    Invalid,
}

impl<'a> Tokenizer<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The UTF-16 unit at hand. Only for places before the end.
    pub(super) fn unit(&self) -> Unit {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(letter) if letter.len_utf8() < 4 => Unit { letter, length: letter.len_utf8() },
            _ => Unit::half(),
        }
    }

    /// Whether at least `count` UTF-16 units remain.
    pub(super) fn has_units(&self, count: usize) -> bool {
        let rest = self.bytes.len().saturating_sub(self.at);
        // A unit takes one to three bytes.
        rest >= 3 * count
            || rest >= count
                && self.text.get(self.at..).is_none_or(|text| text.encode_utf16().take(count).count() >= count)
    }

    pub(super) fn line_feed(&mut self) {
        self.at += 1;
        self.new_line();
    }

    pub(super) fn carriage_return(&mut self) {
        self.at += 1;
        // Quirk: the line feed belongs to it only when yet another character follows (JsonTextReader looks two ahead).
        if self.peek() == Some(b'\n') && self.has_units(2) {
            self.at += 1;
        }
        self.new_line();
    }

    fn new_line(&mut self) {
        self.line += 1;
        self.line_start = self.at;
    }

    /// Passes one blank, line end or stray NUL; `false` when something else is at hand, or the end.
    pub(super) fn eat_blank(&mut self) -> bool {
        match self.peek() {
            Some(b' ' | b'\t') => self.at += 1,
            Some(b'\n') => self.line_feed(),
            Some(b'\r') => self.carriage_return(),
            Some(0 | 0x0B | 0x0C) => {
                self.at += 1;
                self.lenient("a stray control character");
            }
            Some(0x80..) => {
                let unit = self.unit();
                if !unit.letter.is_whitespace() {
                    return false;
                }
                self.at += unit.length;
                self.lenient("a blank that is not ASCII");
            }
            _ => return false,
        }
        true
    }

    pub(super) fn eat_whitespace(&mut self) {
        while self.eat_blank() {}
    }

    /// A comment from its slash on.
    pub(super) fn parse_comment(&mut self, as_token: bool) -> Result<(), Thrown> {
        self.lenient("a comment");
        self.at += 1;
        if !self.has_units(2) {
            return Err(self.exception("Unexpected end while parsing comment."));
        }
        let single_line = match self.peek() {
            Some(b'*') => false,
            Some(b'/') => true,
            _ => {
                let unit = self.unit();
                return Err(self.refuse("Error parsing comment. Expected: *, got ", unit));
            }
        };
        self.at += 1;
        loop {
            match self.peek() {
                None if single_line => break,
                None => return Err(self.exception("Unexpected end while parsing comment.")),
                Some(b'\r' | b'\n') if single_line => break,
                Some(b'\r') => self.carriage_return(),
                Some(b'\n') => self.line_feed(),
                Some(b'*') => {
                    self.at += 1;
                    if !single_line && self.peek() == Some(b'/') {
                        self.at += 1;
                        break;
                    }
                }
                Some(_) => self.at += 1,
            }
        }
        if as_token {
            self.token = Token::Comment;
        }
        Ok(())
    }

    /// A quoted string, from its opening quote to after the closing one.
    pub(super) fn quoted(&mut self, quote: u8) -> Result<Cow<'a, str>, Thrown> {
        if quote == b'\'' {
            self.lenient("single quotes");
        }
        self.at += 1;
        let mut start = self.at;
        let mut at = self.at;
        let mut copied = String::new();
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let Some(length) = rest.iter().position(|byte| *byte == quote || *byte == b'\\' || *byte < 0x20) else {
                self.at = self.bytes.len();
                return Err(self.unterminated(quote));
            };
            at += length;
            match self.bytes.get(at) {
                Some(b'\\') => {
                    copied.push_str(self.text.get(start..at).unwrap_or_default());
                    self.at = at + 1;
                    self.escape(quote, &mut copied)?;
                    start = self.at;
                    at = self.at;
                }
                Some(b'\r') => {
                    self.at = at;
                    self.carriage_return();
                    at = self.at;
                    self.lenient("a line break inside a string");
                }
                Some(b'\n') => {
                    self.at = at;
                    self.line_feed();
                    at = self.at;
                    self.lenient("a line break inside a string");
                }
                Some(byte) if *byte < 0x20 => {
                    at += 1;
                    self.lenient("a control character inside a string");
                }
                _ => break,
            }
        }
        self.at = at + 1;
        let tail = self.text.get(start..at).unwrap_or_default();
        if copied.is_empty() {
            return Ok(Cow::Borrowed(tail));
        }
        copied.push_str(tail);
        Ok(Cow::Owned(copied))
    }

    fn unterminated(&mut self, quote: u8) -> Thrown {
        self.exception(&format!("Unterminated string. Expected delimiter: {}.", char::from(quote)))
    }

    /// An escape, after its backslash.
    fn escape(&mut self, quote: u8, out: &mut String) -> Result<(), Thrown> {
        let Some(byte) = self.peek() else { return Err(self.unterminated(quote)) };
        let unit = self.unit();
        self.at += unit.length;
        out.push(match byte {
            b'b' => '\u{8}',
            b't' => '\t',
            b'n' => '\n',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'\\' | b'"' | b'/' => unit.letter,
            b'\'' => {
                self.lenient("an escaped single quote");
                unit.letter
            }
            b'u' => {
                let unit = self.hex_unit()?;
                return self.surrogates(unit, out);
            }
            _ => return Err(self.refuse("Bad JSON escape sequence: \\", unit)),
        });
        Ok(())
    }

    /// A `\u` escape and those that must follow it: a pair becomes one character, a lone half U+FFFD.
    fn surrogates(&mut self, mut unit: u16, out: &mut String) -> Result<(), Thrown> {
        while (0xD800..0xDC00).contains(&unit) {
            let follows = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"\\u"));
            if !follows || !self.has_units(3) {
                break;
            }
            self.at += 2;
            let next = self.hex_unit()?;
            if (0xDC00..0xE000).contains(&next) {
                out.extend(char::decode_utf16([unit, next]).flatten());
                return Ok(());
            }
            out.push(char::REPLACEMENT_CHARACTER);
            unit = next;
        }
        out.push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
        Ok(())
    }

    /// Four hexadecimal digits.
    fn hex_unit(&mut self) -> Result<u16, Thrown> {
        // Quirk: a fifth character must also be there (oracle: js-esc-shortu).
        if !self.has_units(5) {
            return Err(self.exception("Unexpected end while parsing Unicode escape sequence."));
        }
        let digits = self.text.get(self.at..self.at + 4).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
        if let Some(unit) = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
            self.at += 4;
            return Ok(unit);
        }
        let units: Vec<u16> = self.text.get(self.at..).unwrap_or_default().encode_utf16().take(4).collect();
        let shown = String::from_utf16(&units);
        let ill_formed = shown.is_err();
        let shown = shown.unwrap_or_else(|_| String::from_utf16_lossy(&units));
        let thrown = self.exception(&format!("Invalid Unicode escape sequence: \\u{shown}."));
        Err(Thrown { ill_formed, ..thrown })
    }

    /// A property name without quotes: letters, digits, `_` and `$` up to a blank or the colon.
    pub(super) fn bare_name(&mut self) -> Result<Cow<'a, str>, Thrown> {
        self.lenient("a property name without quotes");
        let start = self.at;
        loop {
            let Some(byte) = self.peek() else {
                return Err(self.exception("Unexpected end while parsing unquoted property name."));
            };
            let unit = self.unit();
            if is_identifier(unit.letter) {
                self.at += unit.length;
            } else if byte == 0 || unit.letter == ':' || unit.letter.is_whitespace() {
                return Ok(Cow::Borrowed(self.text.get(start..self.at).unwrap_or_default()));
            } else {
                return Err(self.refuse("Invalid JavaScript property identifier character: ", unit));
            }
        }
    }

    /// Whether a keyword is at hand with a separator after it. The place moves past the letters that agree.
    pub(super) fn keyword(&mut self, word: &str) -> Result<bool, Thrown> {
        if !self.has_units(word.len()) {
            self.at = self.bytes.len();
            return Err(self.exception("Unexpected end when reading JSON."));
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let agreed = rest.iter().zip(word.bytes()).take_while(|(found, wanted)| **found == *wanted).count();
        self.at += agreed;
        Ok(agreed == word.len() && self.at_separator())
    }

    fn at_separator(&self) -> bool {
        match self.peek() {
            None | Some(0 | b'}' | b']' | b',') => true,
            Some(b'/') => matches!(self.bytes.get(self.at + 1), Some(b'*' | b'/')),
            Some(b')') => matches!(self.state, State::Constructor | State::ConstructorStart),
            Some(_) => self.unit().letter.is_whitespace(),
        }
    }

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
        // Counted before it is judged, so that reading can continue after a number that does not fit.
        self.after_value(true);
        if want == Want::DateTime {
            // Quirk: unlike the errors below this one leaves the token, so the reader also passes over the next one.
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
                let unit = self.unit();
                if unit.letter.is_whitespace() {
                    return Ok(());
                }
                Err(self.refuse("Unexpected character encountered while parsing number: ", unit))
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
            Want::String if !other_base && self.float(text).is_some() => Ok(Token::String(Cow::Borrowed(text))),
            Want::String => Err(format!("Input string '{text}' is not a valid number.")),
            _ if other_base => based(text, 64)
                .map(|number| Token::Integer(Integer::Small(number)))
                .ok_or_else(|| format!("Input string '{text}' is not a valid number.")),
            _ => self.any_number(text),
        }
    }

    fn any_number(&self, text: &'a str) -> Result<Token<'a>, String> {
        match decimal(text, 19, i64::MIN, i64::MAX) {
            Digits::Value(number) => Ok(Token::Integer(Integer::Small(number))),
            Digits::Overflow if text.len() > MAX_BIG_DIGITS => {
                Err(format!("JSON integer {text} is too large to parse."))
            }
            Digits::Overflow => Ok(Token::Integer(Integer::Big(text))),
            Digits::Invalid => self
                .float(text)
                .map(Token::Float)
                .ok_or_else(|| format!("Input string '{text}' is not a valid number.")),
        }
    }

    /// `double.TryParse`. Quirk: on .NET Framework a number beyond double does not parse (oracle: J-double-overflow).
    fn float(&self, text: &str) -> Option<f64> {
        let number: f64 = text.parse().ok().filter(|_| is_float(text))?;
        (number.is_finite() || self.runtime == Runtime::Core).then_some(number)
    }
}

/// Decimal digits after an optional minus. More digits than `longest` overflow even when they begin with zeros.
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

/// Whether a text has the form of a double: digits with at most one point, then an optional exponent.
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
