//! `$id`, `$ref`, `$values` and `$type` at the head of an object: always interpreted, `$type` read and ignored.

use super::Thrown;
use super::conversion::identifier;
use super::deserializer::Deserializer;
use super::token::Token;
use crate::contract::{Kind, Value};

impl Deserializer<'_> {
    /// Reads names that begin with `$`; `true` when they made up the whole value.
    pub(super) fn read_metadata(
        &mut self,
        kind: &Kind,
        place: &mut Value,
        keep: bool,
        id: &mut Option<String>,
    ) -> Result<bool, Thrown> {
        while self.reader.token == Token::PropertyName {
            match self.reader.current.name.as_ref() {
                "$ref" => {
                    self.reader.read_or_throw()?;
                    if !matches!(self.reader.token, Token::String(_) | Token::Null) {
                        let text = "JSON reference $ref property must have a string or null value.";
                        return Err(self.reader.exception(text));
                    }
                    let target = identifier(&self.reader.token);
                    self.reader.read_or_throw()?;
                    if let Some(target) = target {
                        return self.follow(&target, kind, place).map(|()| true);
                    }
                }
                "$type" => {
                    self.reader.read_or_throw()?;
                    if identifier(&self.reader.token).is_none() {
                        return Err(Thrown("Object reference not set to an instance of an object.".to_owned()));
                    }
                    self.reader.read_or_throw()?;
                }
                "$id" => {
                    self.reader.read_or_throw()?;
                    *id = identifier(&self.reader.token);
                    self.reader.read_or_throw()?;
                }
                "$values" => {
                    self.reader.read_or_throw()?;
                    self.take_list(kind, place, keep, id.take())?;
                    self.reader.read_or_throw()?;
                    return Ok(true);
                }
                _ => return Ok(false),
            }
        }
        Ok(false)
    }

    fn follow(&mut self, target: &str, kind: &Kind, place: &mut Value) -> Result<(), Thrown> {
        if self.reader.token == Token::PropertyName {
            let text = "Additional content found in JSON reference object. A JSON reference object should only have a \
                        $ref property.";
            return Err(self.reader.exception(text));
        }
        let (found, size) = self.references.get(target).unwrap_or(&(Value::Null, 0));
        // chosen: .NET shares the object, here it is copied, so what a small body can copy is bounded; beyond that,
        // and for an object that refers to itself, the reference is null like an unknown one.
        let fits = match (found, kind.underlying()) {
            (Value::Object(record), Kind::Object(class)) => std::ptr::eq(record.class, *class),
            (Value::List(_), Kind::List(_)) | (Value::Dictionary(_), Kind::Dictionary(_)) | (Value::Null, _) => true,
            _ => false,
        };
        if !fits {
            let text = format!("Error setting value to '{}'.", self.reader.current.name);
            return Err(Thrown(text));
        }
        self.copied = self.copied.saturating_add(*size);
        *place = if self.copied <= self.reader.bytes.len() { found.clone() } else { Value::Null };
        Ok(())
    }

    /// Announces the name of a container that is about to be filled.
    pub(super) fn name_reference(&mut self, id: Option<&str>) -> Result<(), Thrown> {
        let Some(id) = id else { return Ok(()) };
        if self.references.contains_key(id) {
            return Err(self.reader.exception(&format!("Error reading object reference '{id}'.")));
        }
        self.references.insert(id.to_owned(), (Value::Null, 0));
        Ok(())
    }

    /// Keeps a finished container for later references, where the text has any.
    pub(super) fn fill_reference(&mut self, id: Option<String>, value: impl FnOnce() -> Value) {
        let Some(id) = id else { return };
        let text = self.reader.text;
        let last = *self.last_reference.get_or_insert_with(|| text.rfind("$ref").unwrap_or(0));
        if last > self.reader.at {
            let value = value();
            let size = size(&value);
            self.references.insert(id, (value, size));
        }
    }
}

/// Values in a value.
fn size(value: &Value) -> usize {
    match value {
        Value::Object(record) => 1 + record.slots.iter().map(size).sum::<usize>(),
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Dictionary(entries) => 1 + entries.iter().map(|(_, value)| size(value)).sum::<usize>(),
        Value::Text(text) => 1 + text.len(),
        _ => 1,
    }
}
