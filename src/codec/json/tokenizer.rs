//! The tokenizer, faithful to Json.NET's `JsonTextReader`: which token may follow, how containers open and close, what
//! may stand where a value is expected, with and without a wanted type, and the position that an error names. It works
//! over bytes; lines and columns, which .NET counts in UTF-16 units, are only worked out when an error needs them.

use super::Thrown;
use super::token::{Container, Integer, Position, State, Token, Unit, Want, is_identifier};
use crate::codec::convert::date;
use crate::codec::note::{Advice, Notes};
use crate::codec::{Body, Runtime};
use crate::contract::DateTime;
use chrono::NaiveDate;
use std::borrow::Cow;

/// chosen: Json.NET tracks any nesting in what it passes over; here the text ends for the reader at this depth, so
/// that a body of brackets does not fill the memory.
const MAX_TRACKED: usize = 100_000;

pub(super) struct Tokenizer<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    /// Byte offset of the next character. Two bytes into a four-byte character means its low surrogate.
    pub(super) at: usize,
    pub(super) state: State,
    pub(super) token: Token<'a>,
    /// The innermost container.
    pub(super) current: Position<'a>,
    /// The containers around it.
    pub(super) outer: Vec<Position<'a>>,
    too_deep: bool,
    /// Whether a value began where none of the wanted type can. Json.NET continues from inside it, so nothing that it
    /// meets from here on is noted.
    pub(super) astray: bool,
    pub(super) line: usize,
    pub(super) line_start: usize,
    /// A column already worked out: byte offset and UTF-16 units since the line began. Errors come in order, so
    /// each continues from the one before instead of counting a long line again.
    column_known: (usize, usize),
    pub(super) notes: Notes,
    max_depth: usize,
    today: NaiveDate,
    pub(super) runtime: Runtime,
}

impl<'a> Tokenizer<'a> {
    /// Over the text of a body, with the body's limits.
    pub(super) fn new(text: &'a str, body: Body<'_>) -> Self {
        Tokenizer {
            text,
            bytes: text.as_bytes(),
            at: 0,
            state: State::Start,
            token: Token::None,
            current: Position::new(Container::None),
            outer: Vec::new(),
            too_deep: false,
            astray: false,
            line: 1,
            line_start: 0,
            column_known: (0, 0),
            notes: Notes::default(),
            max_depth: body.depth,
            today: body.today,
            runtime: body.runtime,
        }
    }

    /// The next token, comments included; `false` at the end of the text.
    pub(super) fn read(&mut self) -> Result<bool, Thrown> {
        loop {
            match self.state {
                State::Start
                | State::Property
                | State::Array
                | State::ArrayStart
                | State::Constructor
                | State::ConstructorStart => return self.parse_value(),
                State::Object | State::ObjectStart => return self.parse_object(),
                State::PostValue => {
                    if self.parse_post_value(false)? {
                        return Ok(true);
                    }
                }
                State::Finished => return self.read_finished(true),
            }
        }
    }

    /// The next token that is not a comment.
    pub(super) fn read_content(&mut self) -> Result<bool, Thrown> {
        loop {
            if !self.read()? {
                return Ok(false);
            }
            if !matches!(self.token, Token::None | Token::Comment) {
                return Ok(true);
            }
        }
    }

    /// The next token, or the exception that the text ended.
    pub(super) fn read_or_throw(&mut self) -> Result<(), Thrown> {
        if self.read()? { Ok(()) } else { Err(self.exception("Unexpected end when reading JSON.")) }
    }

    /// After the root: only comments may follow when someone asks.
    pub(super) fn read_finished(&mut self, comment_counts: bool) -> Result<bool, Thrown> {
        self.eat_whitespace();
        match self.peek() {
            None => {}
            Some(b'/') => {
                self.parse_comment(comment_counts)?;
                if comment_counts {
                    return Ok(true);
                }
            }
            Some(_) => {
                let unit = self.unit();
                return Err(self.refuse("Additional text encountered after finished reading JSON content: ", unit));
            }
        }
        self.token = Token::None;
        Ok(false)
    }

    /// Passes over the value at hand with all its content.
    pub(super) fn skip(&mut self) -> Result<(), Thrown> {
        if self.token == Token::PropertyName {
            self.read()?;
        }
        if self.token.is_start() {
            let depth = self.depth();
            while self.read()? && depth < self.depth() {}
        }
        Ok(())
    }

    /// Open containers; one that has just been opened does not count.
    pub(super) fn depth(&self) -> usize {
        if self.token.is_start() || self.current.container == Container::None {
            self.outer.len()
        } else {
            self.outer.len() + 1
        }
    }

    /// The index in the container that was the `depth`-th, where one is still open there.
    pub(super) fn index_at(&self, depth: usize) -> i64 {
        self.outer.get(depth).unwrap_or(&self.current).index
    }

    pub(super) fn set_token(&mut self, token: Token<'a>) -> Result<(), Thrown> {
        self.token = token;
        match self.token {
            Token::StartObject => {
                self.state = State::ObjectStart;
                self.push(Container::Object)
            }
            Token::StartArray => {
                self.state = State::ArrayStart;
                self.push(Container::Array)
            }
            Token::StartConstructor(_) => {
                self.state = State::ConstructorStart;
                self.push(Container::Constructor)
            }
            Token::EndObject => self.close("EndObject", Container::Object),
            Token::EndArray => self.close("EndArray", Container::Array),
            Token::EndConstructor => self.close("EndConstructor", Container::Constructor),
            Token::PropertyName => {
                self.state = State::Property;
                Ok(())
            }
            Token::None | Token::Comment => Ok(()),
            _ => {
                self.after_value(true);
                Ok(())
            }
        }
    }

    /// A scalar whose index was counted before its characters were judged, so that reading can continue after an error.
    pub(super) fn set_scalar(&mut self, token: Token<'a>) {
        self.token = token;
        self.after_value(false);
    }

    pub(super) fn after_value(&mut self, count: bool) {
        self.state = if self.current.container == Container::None { State::Finished } else { State::PostValue };
        if count {
            self.count_value();
        }
    }

    fn count_value(&mut self) {
        if matches!(self.current.container, Container::Array | Container::Constructor) {
            self.current.index += 1;
        }
    }

    /// After a comma: what the container at hand expects.
    pub(super) fn resume_container(&mut self) {
        self.state = match self.current.container {
            Container::Object => State::Object,
            Container::Array => State::Array,
            Container::Constructor => State::Constructor,
            Container::None => State::Finished,
        };
    }

    /// Lets the text end here.
    pub(super) fn end(&mut self) {
        self.at = self.bytes.len();
    }

    fn push(&mut self, container: Container) -> Result<(), Thrown> {
        self.count_value();
        let outer = std::mem::replace(&mut self.current, Position::new(container));
        if outer.container == Container::None {
            return Ok(());
        }
        self.outer.push(outer);
        if self.outer.len() >= MAX_TRACKED {
            self.end();
        }
        if self.depth() + 1 > self.max_depth && !self.too_deep {
            self.too_deep = true;
            return Err(self.exception(&format!("The reader's MaxDepth of {} has been exceeded.", self.max_depth)));
        }
        Ok(())
    }

    fn close(&mut self, token: &str, expected: Container) -> Result<(), Thrown> {
        let outer = self.outer.pop().unwrap_or_else(|| Position::new(Container::None));
        let closed = std::mem::replace(&mut self.current, outer).container;
        if self.depth() <= self.max_depth {
            self.too_deep = false;
        }
        if closed != expected {
            let text = format!("JsonToken {token} is not valid for closing JsonType {}.", closed.name());
            return Err(self.exception(&text));
        }
        self.after_value(false);
        Ok(())
    }

    /// The path of the place at hand, e.g. `[0].Roles[1].Id`.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for position in &self.outer {
            position.append_to(&mut path);
        }
        if !matches!(self.state, State::ObjectStart | State::ArrayStart | State::ConstructorStart) {
            self.current.append_to(&mut path);
        }
        path
    }

    /// An exception with path, line and position appended as Json.NET does it.
    pub(super) fn exception(&mut self, message: &str) -> Thrown {
        let column = self.column();
        let at_start = self.state == State::Start && column == 0 && self.token != Token::Comment;
        let line = if at_start { 0 } else { self.line };
        let mut text = message.to_owned();
        if !message.ends_with("\r\n") {
            text.truncate(text.trim_end().len());
            text.push_str(if text.ends_with('.') { " " } else { ". " });
        }
        text.push_str(&format!("Path '{}', line {line}, position {column}.", self.path()));
        Thrown::new(text)
    }

    /// An exception whose text ends with the unit that it is about.
    pub(super) fn refuse(&mut self, text: &str, unit: Unit) -> Thrown {
        let thrown = self.exception(&format!("{text}{}.", unit.letter));
        Thrown { ill_formed: unit.is_half(), ..thrown }
    }

    fn column(&mut self) -> usize {
        let (from, before) = match self.column_known {
            (from, units) if from >= self.line_start && from <= self.at => (from, units),
            _ => (self.line_start, 0),
        };
        let passed = self.bytes.get(from..self.at).unwrap_or_default();
        let units = passed.iter().enumerate().map(|(offset, byte)| match byte {
            0x80..=0xBF => 0,
            // The low surrogate is passed only when the place is beyond the middle of the four bytes.
            0xF0.. if from + offset + 2 < self.at => 2,
            _ => 1,
        });
        let column = before + units.sum::<usize>();
        // Counting cannot continue from a place between two surrogates.
        if self.text.is_char_boundary(self.at) {
            self.column_known = (self.at, column);
        }
        column
    }

    /// Notes that something was read which only Json.NET accepts.
    #[cold]
    pub(super) fn lenient(&mut self, what: &str) {
        if self.astray || self.notes.is_full() {
            return;
        }
        let path = self.path();
        let place = if path.is_empty() { "the root".to_owned() } else { format!("'{path}'") };
        self.notes
            .add(Advice::JsonLenientSyntax, || format!("The JSON has {what} at {place}; strict parsers refuse it."));
    }

    /// Notes something about the place at hand; the sentence is only made when the note is kept.
    #[cold]
    pub(super) fn note(&mut self, code: Advice, message: impl FnOnce(&str) -> String) {
        if !self.notes.is_full() {
            let path = self.path();
            self.notes.add(code, || message(&path));
        }
    }

    /// Tokenizes for a wanted type; `false` at the end of the text.
    pub(super) fn read_as(&mut self, want: Want) -> Result<bool, Thrown> {
        if want == Want::Any {
            return self.read_content();
        }
        self.read_scalar(want)?;
        Ok(self.token != Token::None)
    }

    pub(super) fn unexpected(&mut self, unit: Unit) -> Thrown {
        self.astray = true;
        self.refuse("Unexpected character encountered while parsing value: ", unit)
    }

    /// A value of any kind, or the end of the array at hand.
    pub(super) fn parse_value(&mut self) -> Result<bool, Thrown> {
        loop {
            let Some(byte) = self.peek() else { return Ok(false) };
            match byte {
                b'"' | b'\'' => {
                    let text = self.quoted(byte)?;
                    self.after_value(true);
                    let token = string_token(text)?;
                    self.set_scalar(token);
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
                    let unit = self.unit();
                    if !unit.letter.is_numeric() {
                        return Err(self.unexpected(unit));
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
            _ => Err(self.unexpected(Unit::ascii(b'n'))),
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
            let unit = self.unit();
            let end = self.at;
            if unit.letter.is_alphanumeric() {
                self.at += unit.length;
            } else if byte == b'(' || self.eat_blank() {
                break end;
            } else {
                return Err(self.constructor_error(unit));
            }
        };
        if start == end {
            return Err(self.exception("Empty constructor name."));
        }
        let name = self.text.get(start..end).unwrap_or_default();
        self.eat_whitespace();
        if self.peek() != Some(b'(') {
            let unit = self.unit_or_nul();
            return Err(self.constructor_error(unit));
        }
        self.at += 1;
        self.set_token(Token::StartConstructor(name))
    }

    fn constructor_error(&mut self, unit: Unit) -> Thrown {
        self.refuse("Unexpected character while parsing constructor: ", unit)
    }

    /// The character at hand as an error prints it; Json.NET's buffer ends with a NUL.
    fn unit_or_nul(&self) -> Unit {
        if self.at < self.bytes.len() { self.unit() } else { Unit::ascii(0) }
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
                    // Quirk: an error in closing would be reported before the brace, not after it.
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
                let unit = self.unit();
                if !is_identifier(unit.letter) {
                    return Err(self.refuse("Invalid property identifier character: ", unit));
                }
                self.bare_name()?
            }
        };
        if self.peek() != Some(b':') {
            self.eat_whitespace();
        }
        if self.peek() != Some(b':') {
            let unit = self.unit_or_nul();
            return Err(self.refuse("Invalid character after parsing property name. Expected ':' but got: ", unit));
        }
        self.at += 1;
        self.current.name = name;
        self.set_token(Token::PropertyName)?;
        Ok(true)
    }

    /// After a value: `true` with the token that closes a container (or a comment), `false` when a comma was passed or
    /// the text ended and the state decides how to continue.
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
                    let unit = self.unit();
                    return Err(self.refuse("After parsing a value an unexpected character was encountered: ", unit));
                }
            };
            self.at += 1;
            self.set_token(token)?;
            return Ok(true);
        }
    }

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
                    return Err(self.unexpected(Unit::ascii(b']')));
                }
                _ => {
                    if !self.eat_blank() {
                        let unit = self.unit();
                        self.at += unit.length;
                        return Err(self.unexpected(unit));
                    }
                }
            }
        }
    }

    fn scalar_number(&mut self, first: u8, want: Want) -> Result<(), Thrown> {
        match want {
            Want::DateTime if first != b'-' => {
                self.at += 1;
                Err(self.unexpected(Unit::ascii(first)))
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
            let unit = self.unit_or_nul();
            return Err(self.unexpected(unit));
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
        let unit = self.unit();
        self.at += unit.length;
        Err(self.unexpected(unit))
    }

    /// A comma where a value is expected separates nothing, unless a value came before.
    fn value_comma(&mut self) -> Result<(), Thrown> {
        self.at += 1;
        if self.state == State::PostValue {
            self.resume_container();
            return Ok(());
        }
        self.set_token(Token::Undefined)?;
        let thrown = self.unexpected(Unit::ascii(b','));
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
            Want::DateTime => {
                let date = json_date(&text, matches!(text, Cow::Owned(_)))?
                    .or_else(|| date::parse_json_text(&text, self.today));
                (date.map(Token::Date), "DateTime")
            }
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

/// A text, or the date that Json.NET takes it for.
fn string_token(text: Cow<'_, str>) -> Result<Token<'_>, Thrown> {
    // Only a text that the document wrote with escapes is a copy.
    Ok(json_date(&text, matches!(text, Cow::Owned(_)))?.map_or(Token::String(text), Token::Date))
}

/// The date that Json.NET takes a text for. Quirk: one beyond the calendar is an exception, and the token stays the one
/// before it (framework source: JsonTextReader sets the token after the date is made).
fn json_date(text: &str, escaped: bool) -> Result<Option<DateTime>, Thrown> {
    date::parse_json_token(text, escaped).map_err(|out_of_range| Thrown::new(out_of_range.to_string()))
}

/// `int.TryParse` with `NumberStyles.Integer`: ASCII blanks around, one sign, trailing NULs.
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
