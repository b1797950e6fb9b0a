//! What may stand where a value, a property or a separator is expected when nobody asks for a certain type.

use super::Thrown;
use super::reader::TextReader;
use super::scan::is_identifier;
use super::token::{State, Token, Want};
use crate::codec::convert::date;
use std::borrow::Cow;

impl<'a> TextReader<'a> {
    pub(super) fn unexpected(&mut self, letter: char) -> Thrown {
        self.astray = true;
        self.exception(&format!("Unexpected character encountered while parsing value: {letter}."))
    }

    /// A value of any kind, or the end of the array at hand.
    pub(super) fn parse_value(&mut self) -> Result<bool, Thrown> {
        loop {
            let Some(byte) = self.peek() else { return Ok(false) };
            match byte {
                b'"' | b'\'' => {
                    let text = self.quoted(byte)?;
                    self.after_value(true);
                    self.set_scalar(string_token(text));
                }
                b't' => self.parse_keyword("true", Token::Boolean(true), "Error parsing boolean value.")?,
                b'f' => self.parse_keyword("false", Token::Boolean(false), "Error parsing boolean value.")?,
                b'n' => self.parse_null_or_constructor()?,
                b'u' => {
                    self.lenient("undefined");
                    self.parse_keyword("undefined", Token::Undefined, "Error parsing undefined value.")?;
                }
                b'N' => self.parse_special("NaN", f64::NAN, Want::Any)?,
                b'I' => self.parse_special("Infinity", f64::INFINITY, Want::Any)?,
                b'-' | b'0'..=b'9' | b'.' => self.parse_number_or_infinity(Want::Any)?,
                b'/' => self.parse_comment(true)?,
                b'{' => {
                    self.at += 1;
                    self.set_token(Token::StartObject)?;
                }
                b'[' => {
                    self.at += 1;
                    self.set_token(Token::StartArray)?;
                }
                b']' => {
                    self.at += 1;
                    if self.state == State::Array {
                        self.lenient("a trailing comma");
                    }
                    self.set_token(Token::EndArray)?;
                }
                b')' => {
                    self.at += 1;
                    self.set_token(Token::EndConstructor)?;
                }
                // The comma itself stays: it will separate this missing value from the next.
                b',' => {
                    self.lenient("a missing value");
                    self.set_token(Token::Undefined)?;
                }
                _ => {
                    if self.eat_blank() {
                        continue;
                    }
                    let letter = self.unit().0;
                    if !letter.is_numeric() {
                        return Err(self.unexpected(letter));
                    }
                    self.parse_number(Want::Any)?;
                }
            }
            return Ok(true);
        }
    }

    fn parse_keyword(&mut self, word: &str, token: Token<'a>, refusal: &str) -> Result<(), Thrown> {
        if self.keyword(word)? { self.set_token(token) } else { Err(self.exception(refusal)) }
    }

    fn parse_null_or_constructor(&mut self) -> Result<(), Thrown> {
        if !self.has_units(2) {
            self.at += 1;
            return Err(self.exception("Unexpected end when reading JSON."));
        }
        match self.bytes.get(self.at + 1) {
            Some(b'u') => self.parse_null(),
            Some(b'e') => self.parse_constructor(),
            _ => Err(self.unexpected('n')),
        }
    }

    pub(super) fn parse_null(&mut self) -> Result<(), Thrown> {
        self.parse_keyword("null", Token::Null, "Error parsing null value.")
    }

    /// `NaN`, `Infinity` and `-Infinity`: numbers only where any value or a text is wanted.
    pub(super) fn parse_special(&mut self, word: &'static str, number: f64, want: Want) -> Result<(), Thrown> {
        self.lenient(word);
        if !self.keyword(word)? {
            return Err(self.exception(&format!("Error parsing {word} value.")));
        }
        match want {
            Want::Any => self.set_token(Token::Float(number)),
            Want::String => self.set_token(Token::String(Cow::Borrowed(word))),
            _ => Err(self.exception(&format!("Cannot read {word} value."))),
        }
    }

    /// `new Name(`; its arguments are read as an array.
    fn parse_constructor(&mut self) -> Result<(), Thrown> {
        self.lenient("a constructor");
        if !self.keyword("new")? {
            return Err(self.exception("Unexpected content while parsing JSON."));
        }
        self.eat_whitespace();
        let start = self.at;
        let end = loop {
            let Some(byte) = self.peek() else {
                return Err(self.exception("Unexpected end while parsing constructor."));
            };
            let (letter, length) = self.unit();
            let end = self.at;
            if letter.is_alphanumeric() {
                self.at += length;
            } else if byte == b'(' || self.eat_blank() {
                break end;
            } else {
                return Err(self.constructor_error(letter));
            }
        };
        if start == end {
            return Err(self.exception("Empty constructor name."));
        }
        let name = self.text.get(start..end).unwrap_or_default();
        self.eat_whitespace();
        if self.peek() != Some(b'(') {
            let letter = self.unit_or_nul();
            return Err(self.constructor_error(letter));
        }
        self.at += 1;
        self.set_token(Token::StartConstructor(name))
    }

    fn constructor_error(&mut self, letter: char) -> Thrown {
        self.exception(&format!("Unexpected character while parsing constructor: {letter}."))
    }

    /// What an error prints for the character at hand; Json.NET's buffer ends with a NUL.
    fn unit_or_nul(&self) -> char {
        if self.at < self.bytes.len() { self.unit().0 } else { '\0' }
    }

    /// A property name, or the end of the object.
    pub(super) fn parse_object(&mut self) -> Result<bool, Thrown> {
        loop {
            match self.peek() {
                None => return Ok(false),
                Some(b'"') => return self.parse_property(),
                Some(b'}') => {
                    if self.state == State::Object {
                        self.lenient("a trailing comma");
                    }
                    // quirk: an error in closing would stand before the brace, not behind it.
                    self.set_token(Token::EndObject)?;
                    self.at += 1;
                    return Ok(true);
                }
                Some(b'/') => {
                    self.parse_comment(true)?;
                    return Ok(true);
                }
                Some(_) if self.eat_blank() => {}
                Some(_) => return self.parse_property(),
            }
        }
    }

    fn parse_property(&mut self) -> Result<bool, Thrown> {
        let name = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => self.quoted(quote)?,
            _ => {
                let letter = self.unit().0;
                if !is_identifier(letter) {
                    return Err(self.exception(&format!("Invalid property identifier character: {letter}.")));
                }
                self.bare_name()?
            }
        };
        if self.peek() != Some(b':') {
            self.eat_whitespace();
        }
        if self.peek() != Some(b':') {
            let letter = self.unit_or_nul();
            let text = format!("Invalid character after parsing property name. Expected ':' but got: {letter}.");
            return Err(self.exception(&text));
        }
        self.at += 1;
        self.current.name = name;
        self.set_token(Token::PropertyName)?;
        Ok(true)
    }

    /// Behind a value: `true` with the token that closes a container (or a comment), `false` when a comma was passed
    /// or the text ended and the state says how to go on.
    pub(super) fn parse_post_value(&mut self, ignore_comments: bool) -> Result<bool, Thrown> {
        loop {
            let token = match self.peek() {
                None => {
                    self.state = State::Finished;
                    return Ok(false);
                }
                Some(b',') => {
                    self.at += 1;
                    self.resume_container();
                    return Ok(false);
                }
                Some(b'}') => Token::EndObject,
                Some(b']') => Token::EndArray,
                Some(b')') => Token::EndConstructor,
                Some(b'/') => {
                    self.parse_comment(!ignore_comments)?;
                    if ignore_comments {
                        continue;
                    }
                    return Ok(true);
                }
                Some(_) => {
                    if self.eat_blank() {
                        continue;
                    }
                    let letter = self.unit().0;
                    let text = format!("After parsing a value an unexpected character was encountered: {letter}.");
                    return Err(self.exception(&text));
                }
            };
            self.at += 1;
            self.set_token(token)?;
            return Ok(true);
        }
    }
}

/// A text, or the date that Json.NET takes it for.
pub(super) fn string_token(text: Cow<'_, str>) -> Token<'_> {
    match date::parse_json_token(&text) {
        Some(date) => Token::Date(date),
        None => Token::String(text),
    }
}
