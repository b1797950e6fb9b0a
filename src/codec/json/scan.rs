//! Characters: blanks and line ends, comments, quoted strings with their escapes, bare names. Positions after a
//! failure are where Json.NET leaves its own, because reading goes on from there.

use super::Thrown;
use super::reader::TextReader;
use super::token::{State, Token};
use std::borrow::Cow;

impl<'a> TextReader<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The UTF-16 unit at hand as a printable character, and its length in bytes; half a surrogate pair prints as
    /// U+FFFD and takes two bytes. Only for places before the end.
    pub(super) fn unit(&self) -> (char, usize) {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(letter) if letter.len_utf8() < 4 => (letter, letter.len_utf8()),
            _ => (char::REPLACEMENT_CHARACTER, 2),
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
        // quirk: the line feed belongs to it only when yet another character follows (JsonTextReader looks two ahead).
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
                let (letter, length) = self.unit();
                if !letter.is_whitespace() {
                    return false;
                }
                self.at += length;
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
                let letter = self.unit().0;
                return Err(self.exception(&format!("Error parsing comment. Expected: *, got {letter}.")));
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

    /// A quoted string, from its opening quote to behind the closing one.
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

    /// An escape, from behind its backslash.
    fn escape(&mut self, quote: u8, out: &mut String) -> Result<(), Thrown> {
        let Some(byte) = self.peek() else { return Err(self.unterminated(quote)) };
        let (letter, length) = self.unit();
        self.at += length;
        out.push(match byte {
            b'b' => '\u{8}',
            b't' => '\t',
            b'n' => '\n',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'\\' | b'"' | b'/' => letter,
            b'\'' => {
                self.lenient("an escaped single quote");
                letter
            }
            b'u' => {
                let unit = self.hex_unit()?;
                return self.surrogates(unit, out);
            }
            _ => return Err(self.exception(&format!("Bad JSON escape sequence: \\{letter}."))),
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
        // quirk: a fifth character has to be there, too (oracle js-esc-shortu).
        if !self.has_units(5) {
            return Err(self.exception("Unexpected end while parsing Unicode escape sequence."));
        }
        let digits = self.text.get(self.at..self.at + 4).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
        if let Some(unit) = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
            self.at += 4;
            return Ok(unit);
        }
        let units: Vec<u16> = self.text.get(self.at..).unwrap_or_default().encode_utf16().take(4).collect();
        let shown = String::from_utf16_lossy(&units);
        Err(self.exception(&format!("Invalid Unicode escape sequence: \\u{shown}.")))
    }

    /// A property name without quotes: letters, digits, `_` and `$` up to a blank or the colon.
    pub(super) fn bare_name(&mut self) -> Result<Cow<'a, str>, Thrown> {
        self.lenient("a property name without quotes");
        let start = self.at;
        loop {
            let Some(byte) = self.peek() else {
                return Err(self.exception("Unexpected end while parsing unquoted property name."));
            };
            let (letter, length) = self.unit();
            if is_identifier(letter) {
                self.at += length;
            } else if byte == 0 || letter == ':' || letter.is_whitespace() {
                return Ok(Cow::Borrowed(self.text.get(start..self.at).unwrap_or_default()));
            } else {
                let text = format!("Invalid JavaScript property identifier character: {letter}.");
                return Err(self.exception(&text));
            }
        }
    }

    /// Whether a keyword is at hand with a separator behind it. The place moves behind what agreed.
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
            Some(_) => self.unit().0.is_whitespace(),
        }
    }
}

pub(super) fn is_identifier(letter: char) -> bool {
    letter == '_' || letter == '$' || letter.is_alphanumeric()
}
