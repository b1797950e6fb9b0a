//! Json.NET's `BsonReader`: BSON bytes as JSON tokens, one at a time, with its states, since an error leaves the reader
//! where it was and the next read starts there.
//!
//! Bytes come off the front and are counted against the innermost document. Lengths inside the bytes only move
//! counters, so a false one neither allocates nor reaches outside the body; the counters wrap as unchecked .NET
//! integers do.

use super::position::Position;
use super::primitive::{self, Primitive};
use crate::codec::Body;
use crate::codec::charset::utf8_lossy;
use bson::spec::{BinarySubtype, ElementType};
use chrono::NaiveDate;

/// The text of a .NET exception, which ends the reading of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault(pub(super) String);

/// A JSON token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// Before the first token, and after the end of the bytes.
    None,
    StartObject,
    StartArray,
    EndObject,
    EndArray,
    Name(String),
    Null,
    Undefined,
    Value(Primitive),
}

impl Token {
    /// Json.NET's name of the token type.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Token::None => "None",
            Token::StartObject => "StartObject",
            Token::StartArray => "StartArray",
            Token::EndObject => "EndObject",
            Token::EndArray => "EndArray",
            Token::Name(_) => "PropertyName",
            Token::Null => "Null",
            Token::Undefined => "Undefined",
            Token::Value(Primitive::Int(_)) => "Integer",
            Token::Value(Primitive::Float(_)) => "Float",
            Token::Value(Primitive::Bool(_)) => "Boolean",
            Token::Value(Primitive::Text(_)) => "String",
            Token::Value(Primitive::Date(_)) => "Date",
            Token::Value(Primitive::Bytes(_) | Primitive::Guid(_)) => "Bytes",
        }
    }
}

/// The position of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    ContainerStart,
    Property,
    PostValue,
    Finished,
}

/// The parts of the two element types that unfold into objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unfolding {
    No,
    ReferenceStart,
    ReferenceText,
    ReferenceId,
    ScopeStart,
    ScopeCode,
    ScopeName,
    ScopeObject,
    ScopeEnd,
}

/// The reader.
pub(super) struct BsonReader<'a> {
    cursor: Cursor<'a>,
    root_is_array: bool,
    element: u8,
    state: State,
    unfolding: Unfolding,
    position: Position,
    max_depth: usize,
    too_deep: bool,
    /// The day on which a time without a date falls.
    pub(super) today: NaiveDate,
    /// The current token.
    pub(super) token: Token,
}

impl<'a> BsonReader<'a> {
    pub(super) fn new(body: Body<'a>, root_is_array: bool) -> BsonReader<'a> {
        BsonReader {
            cursor: Cursor::new(body.bytes),
            root_is_array,
            element: 0,
            state: State::Start,
            unfolding: Unfolding::No,
            position: Position::default(),
            max_depth: body.depth,
            too_deep: false,
            today: body.today,
            token: Token::None,
        }
    }

    /// Moves to the next token; `false` when there is none.
    pub(super) fn read(&mut self) -> Result<bool, Fault> {
        let more = match self.unfolding {
            Unfolding::No => self.read_normal(),
            Unfolding::ReferenceStart | Unfolding::ReferenceText | Unfolding::ReferenceId => self.read_reference(),
            _ => self.read_code_with_scope(),
        };
        match more {
            Ok(true) => Ok(true),
            Ok(false) | Err(Stop::End) => {
                self.token = Token::None;
                Ok(false)
            }
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }

    /// Passes over the children of the current token.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        if matches!(self.token, Token::Name(_)) {
            self.read()?;
        }
        if self.on_start_token() {
            let depth = self.depth();
            while self.read()? && depth < self.depth() {}
        }
        Ok(())
    }

    /// Containers around the current token.
    pub(super) fn depth(&self) -> usize {
        self.position.depth(self.on_start_token())
    }

    /// Lets the bytes end here.
    pub(super) fn end_here(&mut self) {
        self.cursor.end();
    }

    /// Whether the current token is deeper than the body may nest.
    pub(super) fn is_too_deep(&self) -> bool {
        self.depth() > self.max_depth
    }

    /// The fault of a body that nests too deep.
    pub(super) fn too_deep(&self) -> Fault {
        self.fault(&format!("The reader's MaxDepth of {} has been exceeded.", self.max_depth))
    }

    /// The path of the current token.
    pub(super) fn path(&self) -> String {
        self.position.path(self.state == State::ContainerStart)
    }

    /// The index in the array at a depth.
    pub(super) fn index_at(&self, depth: usize) -> i32 {
        self.position.index_at(depth)
    }

    /// A fault of Json.NET's own, whose text ends with the path.
    pub(super) fn fault(&self, text: &str) -> Fault {
        let mut message = text.to_owned();
        // Quirk: texts that end with a line break keep it, others get a full stop (JsonPosition.FormatMessage).
        if !text.ends_with("\r\n") {
            message.truncate(text.trim_end().len());
            if !message.ends_with('.') {
                message.push('.');
            }
            message.push(' ');
        }
        Fault(format!("{message}Path '{}'.", self.path()))
    }

    /// Puts another value in the current token's place, as the typed reads do.
    pub(super) fn replace(&mut self, token: Token) {
        self.token = token;
    }

    fn on_start_token(&self) -> bool {
        matches!(self.token, Token::StartObject | Token::StartArray)
    }

    fn start(&mut self, array: bool) -> Result<(), Fault> {
        self.token = if array { Token::StartArray } else { Token::StartObject };
        self.state = State::ContainerStart;
        let outside = self.position.is_outside();
        self.position.enter(array);
        if !outside && self.depth() + 1 > self.max_depth && !self.too_deep {
            self.too_deep = true;
            return Err(self.too_deep());
        }
        Ok(())
    }

    fn end(&mut self, array: bool) {
        self.token = if array { Token::EndArray } else { Token::EndObject };
        self.position.leave();
        if self.depth() <= self.max_depth {
            self.too_deep = false;
        }
        self.state = if self.position.is_outside() { State::Finished } else { State::PostValue };
    }

    fn name(&mut self, name: String) {
        self.position.name(name.clone());
        self.token = Token::Name(name);
        self.state = State::Property;
    }

    fn value(&mut self, token: Token) {
        self.token = token;
        self.position.count_value();
        self.state = State::PostValue;
    }

    fn open_document(&mut self, array: bool) -> Result<(), Stop> {
        self.start(array)?;
        self.cursor.open(array)
    }

    fn read_normal(&mut self) -> Result<bool, Stop> {
        match self.state {
            State::Start => self.open_document(self.root_is_array)?,
            State::Finished => return Ok(false),
            State::Property => self.read_element_value()?,
            State::ContainerStart | State::PostValue => {
                let Some(Document { array, length, position }) = self.cursor.document() else { return Ok(false) };
                let last = length.wrapping_sub(1);
                if position < last {
                    self.element = self.cursor.read_byte()?;
                    let name = self.cursor.read_c_string()?;
                    if array {
                        self.read_element_value()?;
                    } else {
                        self.name(name);
                    }
                } else if position == last {
                    if self.cursor.read_byte()? != 0 {
                        return Err(self.fault("Unexpected end of object byte value.").into());
                    }
                    self.cursor.close();
                    self.end(array);
                } else {
                    return Err(self.fault("Read past end of current container context.").into());
                }
            }
        }
        Ok(true)
    }

    fn read_element_value(&mut self) -> Result<(), Stop> {
        let value = match ElementType::from(self.element) {
            Some(ElementType::Double) => Primitive::Float(f64::from_le_bytes(self.cursor.read_fixed()?)),
            Some(ElementType::String | ElementType::Symbol | ElementType::JavaScriptCode) => {
                Primitive::Text(self.cursor.read_length_string()?)
            }
            Some(ElementType::EmbeddedDocument) => return self.open_document(false),
            Some(ElementType::Array) => return self.open_document(true),
            Some(ElementType::Binary) => self.read_binary()?,
            Some(ElementType::Undefined) => {
                self.value(Token::Undefined);
                return Ok(());
            }
            Some(ElementType::ObjectId) => Primitive::Bytes(self.cursor.read_bytes(12)?),
            Some(ElementType::Boolean) => Primitive::Bool(self.cursor.read_byte()? != 0),
            Some(ElementType::DateTime) => {
                let milliseconds = i64::from_le_bytes(self.cursor.read_fixed()?);
                let date = primitive::date_of_milliseconds(milliseconds).ok_or_else(|| {
                    let range = "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.";
                    Fault(format!("{range}\r\nParameter name: ticks"))
                })?;
                Primitive::Date(date)
            }
            Some(ElementType::Null) => {
                self.value(Token::Null);
                return Ok(());
            }
            Some(ElementType::RegularExpression) => {
                let (expression, modifiers) = (self.cursor.read_c_string()?, self.cursor.read_c_string()?);
                Primitive::Text(format!("/{expression}/{modifiers}"))
            }
            Some(ElementType::DbPointer) => {
                self.start(false)?;
                self.unfolding = Unfolding::ReferenceStart;
                return Ok(());
            }
            Some(ElementType::JavaScriptCodeWithScope) => {
                self.start(false)?;
                self.unfolding = Unfolding::ScopeStart;
                return Ok(());
            }
            Some(ElementType::Int32) => Primitive::Int(i64::from(self.cursor.read_int32()?)),
            Some(ElementType::Timestamp | ElementType::Int64) => {
                Primitive::Int(i64::from_le_bytes(self.cursor.read_fixed()?))
            }
            Some(ElementType::MinKey | ElementType::MaxKey | ElementType::Decimal128) | None => {
                let name = match ElementType::from(self.element) {
                    Some(ElementType::MinKey) => "MinKey".to_owned(),
                    Some(ElementType::MaxKey) => "MaxKey".to_owned(),
                    _ => self.element.cast_signed().to_string(),
                };
                return Err(Fault(format!("Unexpected BsonType value: {name}\r\nParameter name: type")).into());
            }
        };
        self.value(Token::Value(value));
        Ok(())
    }

    /// A database reference as `{"$ref": …, "$id": …}`.
    fn read_reference(&mut self) -> Result<bool, Stop> {
        match (self.state, self.unfolding) {
            (State::ContainerStart, _) => {
                self.name("$ref".to_owned());
                self.unfolding = Unfolding::ReferenceText;
            }
            (State::Property, Unfolding::ReferenceText) => {
                let text = self.cursor.read_length_string()?;
                self.value(Token::Value(Primitive::Text(text)));
            }
            (State::Property, _) => {
                let id = self.cursor.read_bytes(12)?;
                self.value(Token::Value(Primitive::Bytes(id)));
            }
            (_, Unfolding::ReferenceText) => {
                self.name("$id".to_owned());
                self.unfolding = Unfolding::ReferenceId;
            }
            _ => {
                self.unfolding = Unfolding::No;
                self.end(false);
            }
        }
        Ok(true)
    }

    /// Code with its scope as `{"$code": …, "$scope": {…}}`.
    fn read_code_with_scope(&mut self) -> Result<bool, Stop> {
        match self.unfolding {
            Unfolding::ScopeStart => {
                self.name("$code".to_owned());
                self.unfolding = Unfolding::ScopeCode;
            }
            Unfolding::ScopeCode => {
                // The total size, which the reader ignores.
                self.cursor.read_int32()?;
                let code = self.cursor.read_length_string()?;
                self.value(Token::Value(Primitive::Text(code)));
                self.unfolding = Unfolding::ScopeName;
            }
            Unfolding::ScopeName if self.state == State::PostValue => self.name("$scope".to_owned()),
            Unfolding::ScopeName => {
                self.unfolding = Unfolding::ScopeObject;
                self.open_document(false)?;
            }
            Unfolding::ScopeObject => {
                let more = self.read_normal()?;
                // Quirk: the first document inside the scope that ends counts as the scope's own end.
                if more && self.token == Token::EndObject {
                    self.unfolding = Unfolding::ScopeEnd;
                }
                return Ok(more);
            }
            _ => {
                self.unfolding = Unfolding::No;
                self.end(false);
            }
        }
        Ok(true)
    }

    fn read_binary(&mut self) -> Result<Primitive, Stop> {
        let mut length = self.cursor.read_int32()?;
        let subtype = BinarySubtype::from(self.cursor.read_byte()?);
        // The old subtype repeats the length in front of the data.
        if subtype == BinarySubtype::BinaryOld {
            length = self.cursor.read_int32()?;
        }
        let data = self.cursor.read_bytes(length)?;
        if subtype != BinarySubtype::Uuid {
            return Ok(Primitive::Bytes(data));
        }
        let guid = primitive::guid_of(&data).ok_or_else(|| {
            Fault("Byte array for GUID must be exactly 16 bytes long.\r\nParameter name: b".to_owned())
        })?;
        Ok(Primitive::Guid(guid))
    }
}

/// A document or array with its declared length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document {
    pub(super) array: bool,
    pub(super) length: i32,
    /// Bytes counted so far, the length's own four included.
    pub(super) position: i32,
}

/// Why reading a token stopped.
pub(super) enum Stop {
    /// The bytes ended, which .NET reports as "no more tokens".
    End,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

/// The rest of the body, and the open documents.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    /// Open documents, the innermost last.
    documents: Vec<Document>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Cursor<'a> {
        Cursor { bytes, documents: Vec::new() }
    }

    /// Lets the bytes end here.
    pub(super) fn end(&mut self) {
        self.bytes = &[];
    }

    /// Opens a document and reads its length.
    pub(super) fn open(&mut self, array: bool) -> Result<(), Stop> {
        self.documents.push(Document { array, length: 0, position: 0 });
        let length = self.read_int32()?;
        if let Some(document) = self.documents.last_mut() {
            document.length = length;
        }
        Ok(())
    }

    /// Closes the innermost document, whose declared length counts for the one around.
    pub(super) fn close(&mut self) {
        if let Some(document) = self.documents.pop() {
            self.advance(document.length);
        }
    }

    /// The innermost document.
    pub(super) fn document(&self) -> Option<Document> {
        self.documents.last().copied()
    }

    /// Quirk: at the end of the body it returns what is left, without an error.
    pub(super) fn read_bytes(&mut self, count: i32) -> Result<Vec<u8>, Stop> {
        self.advance(count);
        let count = usize::try_from(count).map_err(|_| negative_count())?;
        let (data, rest) = self.bytes.split_at(count.min(self.bytes.len()));
        self.bytes = rest;
        Ok(data.to_vec())
    }

    /// Text after its length, which counts the zero byte at the end; that byte may have any value.
    pub(super) fn read_length_string(&mut self) -> Result<String, Stop> {
        let length = self.read_int32()?;
        self.advance(length);
        let count = length.wrapping_sub(1);
        let text = if count == 0 {
            String::new()
        } else {
            let count = usize::try_from(count).map_err(|_| negative_count())?;
            let Some((text, rest)) = self.bytes.split_at_checked(count) else {
                self.bytes = &[];
                return Err(Stop::End);
            };
            self.bytes = rest;
            utf8_lossy(text).into_owned()
        };
        self.take::<1>()?;
        Ok(text)
    }

    /// Text up to a zero byte.
    pub(super) fn read_c_string(&mut self) -> Result<String, Stop> {
        let end = self.bytes.iter().position(|byte| *byte == 0);
        let Some((text, rest)) = end.and_then(|end| self.bytes.split_at_checked(end)) else {
            self.bytes = &[];
            return Err(Stop::End);
        };
        self.bytes = rest;
        self.advance(i32::try_from(text.len()).unwrap_or(i32::MAX));
        let text = utf8_lossy(text).into_owned();
        self.read_byte()?;
        Ok(text)
    }

    pub(super) fn read_byte(&mut self) -> Result<u8, Stop> {
        self.read_fixed::<1>().map(|[byte]| byte)
    }

    pub(super) fn read_int32(&mut self) -> Result<i32, Stop> {
        self.read_fixed().map(i32::from_le_bytes)
    }

    pub(super) fn read_fixed<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        self.advance(i32::try_from(N).unwrap_or(i32::MAX));
        self.take()
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let Some((head, rest)) = self.bytes.split_first_chunk() else {
            self.bytes = &[];
            return Err(Stop::End);
        };
        self.bytes = rest;
        Ok(*head)
    }

    /// Counts bytes against the innermost document's length.
    pub(super) fn advance(&mut self, count: i32) {
        if let Some(document) = self.documents.last_mut() {
            document.position = document.position.wrapping_add(count);
        }
    }
}

fn negative_count() -> Fault {
    Fault("Non-negative number required.\r\nParameter name: count".to_owned())
}
