//! The tokenizer's state machine, faithful to Json.NET's `JsonTextReader`: which token may follow, how containers
//! open and close, where an error says it stands. It works over bytes; lines and columns, which .NET counts in UTF-16
//! units, are worked out only when an error needs them.

use super::Thrown;
use super::position::{Container, Position};
use super::token::{State, Token, Want};
use crate::codec::Note;

/// Notes kept of one reading.
const MAX_NOTES: usize = 100;

/// chosen: Json.NET tracks any nesting in what it passes over; here the text ends for the reader at this depth, so
/// that a body of brackets does not fill the memory.
const MAX_TRACKED: usize = 100_000;

pub(super) struct TextReader<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    /// Byte offset of the next character. Two bytes into a four-byte character stands for its low surrogate.
    pub(super) at: usize,
    pub(super) state: State,
    pub(super) token: Token<'a>,
    /// The innermost container.
    pub(super) current: Position<'a>,
    /// The containers around it.
    pub(super) outer: Vec<Position<'a>>,
    too_deep: bool,
    /// Whether a value began where none of the wanted type can. Json.NET reads on from inside it, so what it meets
    /// from here on says nothing about the text.
    pub(super) astray: bool,
    pub(super) line: usize,
    pub(super) line_start: usize,
    /// A column already worked out: byte offset and UTF-16 units since the line began. Errors come in order, so
    /// each continues from the one before instead of counting a long line again.
    column_known: (usize, usize),
    pub(super) notes: Vec<Note>,
    max_depth: usize,
}

impl<'a> TextReader<'a> {
    pub(super) fn new(text: &'a str, max_depth: usize) -> Self {
        TextReader {
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
            notes: Vec::new(),
            max_depth,
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

    /// The next token that is no comment.
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
                let letter = self.unit().0;
                let text = format!("Additional text encountered after finished reading JSON content: {letter}.");
                return Err(self.exception(&text));
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

    /// A scalar whose index was counted before its characters were judged, so that reading can go on after an error.
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
        Thrown(text)
    }

    fn column(&mut self) -> usize {
        let (from, before) = match self.column_known {
            (from, units) if from >= self.line_start && from <= self.at => (from, units),
            _ => (self.line_start, 0),
        };
        let passed = self.bytes.get(from..self.at).unwrap_or_default();
        let units = passed.iter().enumerate().map(|(offset, byte)| match byte {
            0x80..=0xBF => 0,
            // The low surrogate is behind us only when the place is beyond the middle of the four bytes.
            0xF0.. if from + offset + 2 < self.at => 2,
            _ => 1,
        });
        let column = before + units.sum::<usize>();
        // A place between two surrogates is no start for counting on.
        if self.text.is_char_boundary(self.at) {
            self.column_known = (self.at, column);
        }
        column
    }

    /// Records that something only Json.NET accepts was read.
    #[cold]
    pub(super) fn lenient(&mut self, what: &str) {
        if self.astray || !self.takes_notes() {
            return;
        }
        let path = self.path();
        let place = if path.is_empty() { "the root".to_owned() } else { format!("'{path}'") };
        self.note("json.lenient-syntax", format!("The JSON has {what} at {place}; strict parsers refuse it."));
    }

    /// Whether another note is kept; a sentence nobody keeps need not be made.
    pub(super) fn takes_notes(&self) -> bool {
        self.notes.len() < MAX_NOTES
    }

    #[cold]
    pub(super) fn note(&mut self, code: &'static str, message: String) {
        if self.takes_notes() {
            self.notes.push(Note { code, message });
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
}
