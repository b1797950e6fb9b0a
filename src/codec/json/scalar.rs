//! Scalars for a member whose type is known: Json.NET tokenizes an int, a bool, a text or a date each in its own
//! way, which shows in what converts and in the wording of errors.

use super::Thrown;
use super::reader::TextReader;
use super::token::{Integer, State, Token, Want};
use crate::codec::convert::date;
use std::borrow::Cow;

impl<'a> TextReader<'a> {
    /// One scalar; leaves `Token::None` at the end of the text and `Token::EndArray` at the end of an array.
    pub(super) fn read_scalar(&mut self, want: Want) -> Result<(), Thrown> {
        if self.state == State::Finished {
            self.read_finished(false)?;
            return Ok(());
        }
        if matches!(self.state, State::Object | State::ObjectStart) {
            let text = format!("Unexpected state: {:?}.", self.state);
            return Err(self.exception(&text));
        }
        if self.state == State::PostValue && self.parse_post_value(true)? {
            return Ok(());
        }
        loop {
            let Some(byte) = self.peek() else {
                self.token = Token::None;
                return Ok(());
            };
            match byte {
                b'"' | b'\'' => {
                    let text = self.quoted(byte)?;
                    self.after_value(true);
                    return self.convert_text(text, want);
                }
                b'n' => return self.parse_null_only(),
                b'-' | b'.' | b'0'..=b'9' => return self.scalar_number(byte, want),
                b't' | b'f' if matches!(want, Want::Boolean | Want::String) => return self.scalar_bool(byte, want),
                b'N' if want != Want::Boolean => return self.parse_special("NaN", f64::NAN, want),
                b'I' if want != Want::Boolean => return self.parse_special("Infinity", f64::INFINITY, want),
                b'/' => self.parse_comment(false)?,
                b',' => self.value_comma()?,
                b']' => {
                    if self.state == State::Array {
                        self.lenient("a trailing comma");
                    }
                    self.at += 1;
                    if matches!(self.state, State::Array | State::ArrayStart | State::PostValue) {
                        return self.set_token(Token::EndArray);
                    }
                    return Err(self.unexpected(']'));
                }
                _ => {
                    if !self.eat_blank() {
                        let (letter, length) = self.unit();
                        self.at += length;
                        return Err(self.unexpected(letter));
                    }
                }
            }
        }
    }

    fn scalar_number(&mut self, first: u8, want: Want) -> Result<(), Thrown> {
        match want {
            Want::DateTime if first != b'-' => {
                self.at += 1;
                Err(self.unexpected(char::from(first)))
            }
            Want::Boolean => {
                self.parse_number(Want::Any)?;
                let truth = match &self.token {
                    Token::Integer(Integer::Small(number)) => *number != 0,
                    Token::Float(number) => *number != 0.0,
                    _ => true,
                };
                self.set_scalar(Token::Boolean(truth));
                Ok(())
            }
            _ => self.parse_number_or_infinity(want),
        }
    }

    fn scalar_bool(&mut self, first: u8, want: Want) -> Result<(), Thrown> {
        let word = if first == b't' { "true" } else { "false" };
        if !self.keyword(word)? {
            let letter = if self.at < self.bytes.len() { self.unit().0 } else { '\0' };
            return Err(self.unexpected(letter));
        }
        self.set_token(match want {
            Want::String => Token::String(Cow::Borrowed(word)),
            _ => Token::Boolean(first == b't'),
        })
    }

    fn parse_null_only(&mut self) -> Result<(), Thrown> {
        if !self.has_units(2) {
            self.at = self.bytes.len();
            return Err(self.exception("Unexpected end when reading JSON."));
        }
        if self.bytes.get(self.at + 1) == Some(&b'u') {
            return self.parse_null();
        }
        self.at += 1;
        let (letter, length) = self.unit();
        self.at += length;
        Err(self.unexpected(letter))
    }

    /// A comma where a value is due separates nothing, unless a value came before.
    fn value_comma(&mut self) -> Result<(), Thrown> {
        self.at += 1;
        if self.state == State::PostValue {
            self.resume_container();
            return Ok(());
        }
        self.set_token(Token::Undefined)?;
        let thrown = self.unexpected(',');
        self.at -= 1;
        Err(thrown)
    }

    fn convert_text(&mut self, text: Cow<'a, str>, want: Want) -> Result<(), Thrown> {
        if text.is_empty() && want != Want::String {
            self.set_scalar(Token::Null);
            return Ok(());
        }
        let (converted, type_name) = match want {
            Want::Any | Want::String => {
                self.set_scalar(Token::String(text));
                return Ok(());
            }
            Want::Int32 => {
                let number = parse_int(&text);
                (number.map(|number| Token::Integer(Integer::Small(i64::from(number)))), "integer")
            }
            Want::Boolean => (parse_bool(&text).map(Token::Boolean), "boolean"),
            Want::DateTime => (date::parse_json_text(&text).map(Token::Date), "DateTime"),
        };
        if let Some(token) = converted {
            self.set_scalar(token);
            return Ok(());
        }
        let message = format!("Could not convert string to {type_name}: {text}.");
        self.set_scalar(Token::String(text));
        Err(self.exception(&message))
    }
}

/// `int.TryParse` with `NumberStyles.Integer`: ASCII blanks around, one sign, NULs behind.
fn parse_int(text: &str) -> Option<i32> {
    let blank = |letter: char| matches!(letter, ' ' | '\t'..='\r');
    text.trim_end_matches('\0').trim_matches(blank).parse().ok()
}

/// `bool.TryParse`: any case, blanks and NULs around.
fn parse_bool(text: &str) -> Option<bool> {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case("false").then_some(false)
}
