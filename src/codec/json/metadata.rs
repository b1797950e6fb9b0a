//! `$id`, `$ref`, `$values` and `$type` at the head of an object: always interpreted, `$type` read and ignored.

use super::Thrown;
use super::conversion::identifier;
use super::deserializer::{Deserializer, Reference};
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
                        return Err(Thrown::new("Object reference not set to an instance of an object."));
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
                    if keep {
                        self.take_list(kind, place, true, id.take())?;
                        self.reader.read_or_throw()?;
                        return Ok(true);
                    }
                    // A list of its own is only set when its object does not break off behind it.
                    let mut list = Value::Null;
                    self.take_list(kind, &mut list, false, id.take())?;
                    self.reader.read_or_throw()?;
                    *place = list;
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
        let Some(found) = self.references.get(target) else {
            // What nothing was found under is null, which a value type cannot hold (oracle: B-other).
            if kind.is_non_nullable_value() {
                return Err(Thrown::new(match self.setting {
                    Some((member, class)) => format!("Error setting value to '{member}' on '{class}'."),
                    None => "Value cannot be null.\r\nParameter name: item".to_owned(),
                }));
            }
            *place = Value::Null;
            return Ok(());
        };
        *place = Value::Null;
        if !same_type(&found.kind, kind) {
            let text = match self.setting {
                Some((member, class)) => format!("Error setting value to '{member}' on '{class}'."),
                None => "Specified cast is not valid.".to_owned(),
            };
            return Err(Thrown::new(text));
        }
        // chosen: .NET shares the object, here it is copied, so what a small body can copy is bounded; beyond that,
        // and for an object that refers to itself, the reference is null like an unknown one.
        self.copied = self.copied.saturating_add(found.size);
        if let Some(value) = &found.value
            && self.copied <= self.reader.bytes.len()
        {
            *place = value.clone();
        }
        Ok(())
    }

    /// Announces the name of a container that is about to be filled.
    pub(super) fn name_reference(&mut self, id: Option<&str>, kind: Kind) -> Result<(), Thrown> {
        let Some(id) = id else { return Ok(()) };
        if self.references.contains_key(id) {
            return Err(self.reader.exception(&format!("Error reading object reference '{id}'.")));
        }
        self.references.insert(id.to_owned(), Reference { kind, value: None, size: 0 });
        Ok(())
    }

    /// Keeps a finished container for later references, where the text has any.
    pub(super) fn fill_reference(&mut self, id: Option<String>, value: impl FnOnce() -> Value) {
        let Some(id) = id else { return };
        let text = self.reader.text;
        let last = *self.last_reference.get_or_insert_with(|| text.rfind("$ref").unwrap_or(0));
        if last > self.reader.at {
            let value = value();
            if let Some(reference) = self.references.get_mut(&id) {
                reference.size = size(&value);
                reference.value = Some(value);
            }
        }
    }
}

/// Whether a container of one kind can stand where the other is declared.
fn same_type(found: &Kind, wanted: &Kind) -> bool {
    match (found, wanted.underlying()) {
        (Kind::Object(found), Kind::Object(wanted)) => std::ptr::eq(*found, *wanted),
        (Kind::List(found), Kind::List(wanted)) => found.item.clr_name() == wanted.item.clr_name(),
        (Kind::Dictionary(_), Kind::Dictionary(_)) => found.clr_name() == wanted.clr_name(),
        _ => false,
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
