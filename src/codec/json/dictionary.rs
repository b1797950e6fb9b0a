//! Dictionaries with enum keys: a key met again overwrites, in its first place.

use super::Thrown;
use super::deserializer::Deserializer;
use super::token::Token;
use crate::codec::convert::enums;
use crate::contract::{DictionaryType, Kind, Value};
use std::collections::HashMap;

impl Deserializer<'_> {
    pub(super) fn fill_dictionary(
        &mut self,
        of: &'static DictionaryType,
        entries: &mut Vec<(i32, Value)>,
        id: Option<String>,
    ) -> Result<(), Thrown> {
        self.name_reference(id.as_deref(), Kind::Dictionary(of))?;
        let depth = self.reader.depth();
        let mut places: HashMap<i32, usize> =
            entries.iter().enumerate().map(|(place, (key, _))| (*key, place)).collect();
        let mut finished = false;
        loop {
            match self.reader.token {
                Token::PropertyName => match self.read_entry(of) {
                    Ok((key, value)) => match places.get(&key).and_then(|place| entries.get_mut(*place)) {
                        Some(entry) => {
                            entry.1 = value;
                            if self.reader.takes_notes() {
                                let message =
                                    format!("'{}' comes more than once; the last one wins.", self.reader.path());
                                self.reader.note("json.duplicate-member", message);
                            }
                        }
                        None => {
                            places.insert(key, entries.len());
                            entries.push((key, value));
                        }
                    },
                    Err(thrown) => self.recover(thrown, depth)?,
                },
                Token::EndObject => finished = true,
                Token::Comment => {}
                _ => return Err(self.unexpected_token()),
            }
            if finished || !self.reader.read()? {
                break;
            }
        }
        if !finished {
            self.record_end("object");
        }
        self.fill_reference(id, || Value::Dictionary(entries.clone()));
        Ok(())
    }

    fn read_entry(&mut self, of: &DictionaryType) -> Result<(i32, Value), Thrown> {
        let Some(key) = enums::parse(&self.reader.current.name, of.key) else {
            let text = format!(
                "Could not convert string '{}' to dictionary key type '{}'. Create a TypeConverter to convert from the \
                 string to the key type object.",
                self.reader.current.name, of.key.clr
            );
            return Err(self.reader.exception(&text));
        };
        if !self.read_for(&of.value)? {
            return Err(self.reader.exception("Unexpected end when deserializing object."));
        }
        self.setting = None;
        let mut value = Value::Null;
        self.take_value(&of.value, &mut value, false)?;
        Ok((key, value))
    }
}
