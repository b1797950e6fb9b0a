//! Tokens to values, faithful to Json.NET's `JsonSerializerInternalReader`: what each token becomes for a kind, and
//! how reading goes on after an error. Every error is recorded where it is caught and reading continues behind it;
//! an error met while passing over the bad part moves on to the container around.

use super::Thrown;
use super::reader::TextReader;
use super::token::{Token, Want};
use crate::codec::{EnumStyle, MAX_ERRORS, MAX_ITEMS, ReadError, Reading};
use crate::contract::{Kind, Value};
use std::collections::HashMap;

pub(super) struct Deserializer<'a> {
    pub(super) reader: TextReader<'a>,
    pub(super) enums: EnumStyle,
    errors: Vec<ReadError>,
    /// What `$id` named.
    pub(super) references: HashMap<String, Reference>,
    /// The member being set and its class, for the error of a reference that does not fit.
    pub(super) setting: Option<(&'static str, &'static str)>,
    /// Where the text says `$ref` for the last time, once somebody asked.
    pub(super) last_reference: Option<usize>,
    /// How much `$ref` has copied, in values.
    pub(super) copied: usize,
    items_left: usize,
}

/// A container with a name.
pub(super) struct Reference {
    /// What it is, even while it is being read.
    pub(super) kind: Kind,
    /// `None` until it has been read, and where nothing refers to it any more.
    pub(super) value: Option<Value>,
    /// Values in it.
    pub(super) size: usize,
}

impl<'a> Deserializer<'a> {
    pub(super) fn new(text: &'a str, enums: EnumStyle, max_depth: usize) -> Self {
        Deserializer {
            reader: TextReader::new(text, max_depth),
            enums,
            errors: Vec::new(),
            references: HashMap::new(),
            setting: None,
            last_reference: None,
            copied: 0,
            items_left: MAX_ITEMS,
        }
    }

    /// The whole body. What follows the root value is never looked at, save for a note.
    pub(super) fn read(mut self, kind: &Kind) -> Reading {
        let mut value = Value::Null;
        if let Err(thrown) = self.read_root(kind, &mut value) {
            self.record(thrown);
            value = Value::Null;
        } else {
            self.note_what_follows();
        }
        Reading { value, errors: self.errors, notes: self.reader.notes }
    }

    fn read_root(&mut self, kind: &Kind, value: &mut Value) -> Result<(), Thrown> {
        if self.read_for(kind)? {
            return self.take_value(kind, value, false);
        }
        if kind.is_non_nullable_value() {
            let text = format!("No JSON content found and type '{}' is not nullable.", kind.clr_name());
            return Err(self.reader.exception(&text));
        }
        Ok(())
    }

    fn note_what_follows(&mut self) {
        let rest = self.reader.text.get(self.reader.at..).unwrap_or_default();
        if !rest.trim_start().is_empty() {
            self.reader.lenient("text after the value");
        }
    }

    /// Moves to the next value, tokenizing it for a kind; `false` at the end of the text.
    pub(super) fn read_for(&mut self, kind: &Kind) -> Result<bool, Thrown> {
        if self.has_converter(kind) {
            // quirk: a converter sees comments; the plain reader passes over them.
            return self.reader.read();
        }
        self.reader.read_as(match kind.underlying() {
            Kind::Bool => Want::Boolean,
            Kind::Int32 => Want::Int32,
            Kind::String => Want::String,
            Kind::DateTime => Want::DateTime,
            _ => Want::Any,
        })
    }

    fn has_converter(&self, kind: &Kind) -> bool {
        self.enums == EnumStyle::Names && matches!(kind.underlying(), Kind::Enum(_))
    }

    /// Turns the token at hand, with all that belongs to it, into a value of the kind. `keep` says that the place
    /// already holds a container to be filled further, as a duplicate name does.
    pub(super) fn take_value(&mut self, kind: &Kind, place: &mut Value, keep: bool) -> Result<(), Thrown> {
        if self.has_converter(kind) {
            *place = self.convert_by_name(kind)?;
            return Ok(());
        }
        loop {
            match &self.reader.token {
                Token::StartObject => return self.take_object(kind, place, keep),
                Token::StartArray => return self.take_list(kind, place, keep, None),
                Token::Comment => {
                    if !self.reader.read()? {
                        return Err(self.reader.exception("Unexpected end when deserializing object."));
                    }
                }
                Token::None | Token::PropertyName | Token::EndObject | Token::EndArray | Token::EndConstructor => {
                    let text = format!("Unexpected token while deserializing object: {}.", self.reader.token.name());
                    return Err(self.reader.exception(&text));
                }
                _ => {
                    *place = self.convert(kind)?;
                    return Ok(());
                }
            }
        }
    }

    /// Records an error under the path at hand.
    pub(super) fn record(&mut self, thrown: Thrown) {
        self.errors.push(ReadError::exception(self.reader.path(), thrown.0));
        if self.errors.len() >= MAX_ERRORS {
            self.reader.end();
        }
    }

    /// Counts an item of a list.
    pub(super) fn count_item(&mut self) -> Result<(), Thrown> {
        if let Some(left) = self.items_left.checked_sub(1) {
            self.items_left = left;
            return Ok(());
        }
        self.reader.end();
        Err(self.reader.exception(&format!("The lists of the body hold more than {MAX_ITEMS} items.")))
    }

    /// Records an error and passes over what belongs to the bad value, down to the given depth.
    pub(super) fn recover(&mut self, thrown: Thrown, depth: usize) -> Result<(), Thrown> {
        self.record(thrown);
        self.reader.skip()?;
        while self.reader.depth() > depth && self.reader.read()? {}
        Ok(())
    }

    /// The text ended inside a container: an error of its own, and the container stays as far as it came.
    pub(super) fn record_end(&mut self, container: &str) {
        let thrown = self.reader.exception(&format!("Unexpected end when deserializing {container}."));
        self.record(thrown);
    }
}
