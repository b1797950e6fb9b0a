//! Tokens to values, faithful to Json.NET's `JsonSerializerInternalReader`: what each token becomes for a kind, how
//! objects, lists and dictionaries are filled, and how reading continues after an error. Every error is recorded where
//! it is caught and reading continues after it; an error met while passing over the bad part moves on to the container
//! around it.

use super::Thrown;
use super::token::{Token, Want};
use super::tokenizer::Tokenizer;
use crate::codec::convert::enums;
use crate::codec::{Advice, Body, EnumStyle, MAX_ERRORS, MAX_ITEMS, ReadError, Reading};
use crate::contract::{Collection, DictionaryType, Kind, ListType, Member, ObjectType, Plan, Record, Value};
use std::collections::HashMap;

pub(super) struct Deserializer<'a> {
    pub(super) reader: Tokenizer<'a>,
    pub(super) enums: EnumStyle,
    errors: Vec<ReadError>,
    /// The containers that `$id` named.
    pub(super) references: HashMap<String, Reference>,
    /// The member being set and its class, for the error of a reference that does not fit.
    pub(super) setting: Option<(&'static str, &'static str)>,
    /// Where the text contains `$ref` for the last time; worked out on first use.
    pub(super) last_reference: Option<usize>,
    /// How much `$ref` has copied, in values.
    pub(super) copied: usize,
    items_left: usize,
}

/// A container with a name.
pub(super) struct Reference {
    /// Its kind, known even while it is being read.
    pub(super) kind: Kind,
    /// `None` until it has been read, and where nothing refers to it any more.
    pub(super) value: Option<Value>,
    /// Values in it.
    pub(super) size: usize,
}

/// The progress of filling one object.
struct Progress {
    /// Slots whose member was met, by bit; slots beyond 128 are never reported as duplicate or missing.
    met: u128,
    /// Where in the JSON order the next name is looked for first: documents mostly keep the order.
    expected: usize,
}

/// The outcome of reading one item.
enum Step {
    Item,
    Closed,
    TextEnded,
}

impl<'a> Deserializer<'a> {
    /// Over the text of a body.
    pub(super) fn new(text: &'a str, enums: EnumStyle, body: Body<'_>) -> Self {
        Deserializer {
            reader: Tokenizer::new(text, body),
            enums,
            errors: Vec::new(),
            references: HashMap::new(),
            setting: None,
            last_reference: None,
            copied: 0,
            items_left: MAX_ITEMS,
        }
    }

    /// The whole body. Nothing after the root value is read, except for a note.
    pub(super) fn read(mut self, kind: &Kind) -> Reading {
        let mut value = Value::Null;
        if let Err(thrown) = self.read_root(kind, &mut value) {
            self.record(thrown);
            value = Value::Null;
        } else {
            self.note_what_follows();
        }
        Reading { value, errors: self.errors, notes: self.reader.notes.into_vec() }
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
            // Quirk: a converter sees comments; the plain reader passes over them.
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

    /// Turns the token at hand, with all that belongs to it, into a value of the kind. With `keep`, a container that
    /// the place already contains is filled further, as for a duplicate name.
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
        let error = ReadError::exception(self.reader.path(), thrown.text);
        self.errors.push(ReadError { ill_formed: thrown.ill_formed, ..error });
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

    /// The text ended inside a container: an error of its own, and the container keeps what was read.
    pub(super) fn record_end(&mut self, container: &str) {
        let thrown = self.reader.exception(&format!("Unexpected end when deserializing {container}."));
        self.record(thrown);
    }

    /// The object at hand, of whatever kind.
    pub(super) fn take_object(&mut self, kind: &Kind, place: &mut Value, keep: bool) -> Result<(), Thrown> {
        self.reader.read_or_throw()?;
        let mut id = None;
        if self.reader.token == Token::PropertyName
            && self.reader.current.name.starts_with('$')
            && self.read_metadata(kind, place, keep, &mut id)?
        {
            return Ok(());
        }
        match kind.underlying() {
            Kind::Object(class) => match place {
                Value::Object(record) if keep => self.fill_object(record, id),
                _ => {
                    let mut record = Record::empty(class);
                    self.fill_object(&mut record, id)?;
                    *place = Value::Object(record);
                    Ok(())
                }
            },
            Kind::Dictionary(dictionary) => match place {
                Value::Dictionary(entries) if keep => self.fill_dictionary(dictionary, entries, id),
                _ => {
                    let mut entries = Vec::new();
                    self.fill_dictionary(dictionary, &mut entries, id)?;
                    *place = Value::Dictionary(entries);
                    Ok(())
                }
            },
            Kind::List(_) | Kind::String => Err(self.refuse_object(kind)),
            _ if self.reader.token == Token::PropertyName && self.reader.current.name == "$value" => {
                self.reader.read_or_throw()?;
                if self.reader.token == Token::StartObject {
                    let text = "Unexpected token when deserializing primitive value: StartObject.";
                    return Err(self.reader.exception(text));
                }
                let mut value = Value::Null;
                self.take_value(kind, &mut value, false)?;
                self.reader.read_or_throw()?;
                *place = value;
                Ok(())
            }
            _ => Err(self.refuse_object(kind)),
        }
    }

    fn fill_object(&mut self, record: &mut Record, id: Option<String>) -> Result<(), Thrown> {
        let class = record.class;
        let plan = class.plan();
        self.name_reference(id.as_deref(), Kind::Object(class))?;
        let depth = self.reader.depth();
        let mut progress = Progress { met: 0, expected: 0 };
        let mut finished = false;
        loop {
            match self.reader.token {
                Token::PropertyName => {
                    if let Err(thrown) = self.fill_member(record, plan, &mut progress) {
                        self.recover(thrown, depth)?;
                    }
                }
                Token::EndObject => finished = true,
                // Quirk: the dynamic object of a partial document allows no comments between members.
                Token::Comment if class.partial.is_none() => {}
                _ => return Err(self.unexpected_token()),
            }
            if finished || !self.reader.read()? {
                break;
            }
        }
        if !finished {
            self.record_end("object");
        }
        if class.partial.is_none() {
            self.report_missing(plan, progress.met, depth)?;
        }
        self.fill_reference(id, || Value::Object(record.clone()));
        Ok(())
    }

    pub(super) fn unexpected_token(&mut self) -> Thrown {
        let text = format!("Unexpected token when deserializing object: {}.", self.reader.token.name());
        self.reader.exception(&text)
    }

    fn fill_member(&mut self, record: &mut Record, plan: &'static Plan, progress: &mut Progress) -> Result<(), Thrown> {
        let partial = record.class.partial.is_some();
        let Some((slot, member)) = find(plan, &self.reader.current.name, partial, &mut progress.expected) else {
            return self.pass_unknown(record.class);
        };
        if !self.read_for(&member.kind)? {
            let text = format!("Unexpected end when setting {}'s value.", self.reader.current.name);
            return Err(self.reader.exception(&text));
        }
        let bit = u32::try_from(slot).ok().and_then(|slot| 1u128.checked_shl(slot)).unwrap_or(0);
        if progress.met & bit != 0 {
            let fate = match member.kind.underlying() {
                Kind::List(_) => "its items were appended",
                Kind::Object(_) | Kind::Dictionary(_) => "its members were merged",
                _ => "the last one wins",
            };
            let message = |path: &str| format!("'{path}' comes more than once; {fate}.");
            self.reader.note(Advice::JsonDuplicateMember, message);
        }
        progress.met |= bit;
        let Some(place) = record.slots.get_mut(slot) else { return Ok(()) };
        self.setting = Some((member.name, record.class.clr_name));
        let keep = !partial && can_be_filled_further(&member.kind, place);
        self.take_value(&member.kind, place, keep)
    }

    fn pass_unknown(&mut self, class: &ObjectType) -> Result<(), Thrown> {
        let message = |path: &str| format!("'{path}' is not a member of {} and was ignored.", class.clr_name);
        self.reader.note(Advice::JsonUnknownMember, message);
        if self.reader.read()? { self.reader.skip() } else { Ok(()) }
    }

    /// Missing value-type members marked `[Required]`; a reference type is left to validation.
    fn report_missing(&mut self, plan: &Plan, met: u128, depth: usize) -> Result<(), Thrown> {
        for slot in &plan.json {
            let Some(member) = plan.members.get(*slot) else { continue };
            let was_met = u32::try_from(*slot).ok().and_then(|slot| met.checked_shr(slot)).unwrap_or(1) & 1 == 1;
            if member.required && member.kind.is_non_nullable_value() && !was_met {
                let text = format!("Required property '{}' not found in JSON.", member.name);
                let thrown = self.reader.exception(&text);
                self.recover(thrown, depth)?;
            }
        }
        Ok(())
    }

    fn refuse_object(&mut self, kind: &Kind) -> Thrown {
        let (name, needs) = (kind.clr_name(), needs(kind));
        self.reader.exception(&format!(
            "Cannot deserialize the current JSON object (e.g. {{\"name\":\"value\"}}) into type '{name}' because the \
             type requires a {needs} to deserialize correctly.\r\nTo fix this error either change the JSON to a {needs} \
             or change the deserialized type so that it is a normal .NET type (e.g. not a primitive type like integer, \
             not a collection type like an array or List<T>) that can be deserialized from a JSON object. \
             JsonObjectAttribute can also be added to the type to force it to deserialize from a JSON object.\r\n"
        ))
    }

    /// The array at hand, of whatever kind.
    pub(super) fn take_list(
        &mut self,
        kind: &Kind,
        place: &mut Value,
        keep: bool,
        id: Option<String>,
    ) -> Result<(), Thrown> {
        let Kind::List(list) = kind.underlying() else { return Err(self.refuse_array(kind)) };
        if let Value::List(items) = place
            && keep
        {
            return self.fill_list(list, items, id);
        }
        if id.is_some() && list.collection == Collection::Array {
            let text = format!(
                "Cannot preserve reference to array or readonly list, or list created from a non-default constructor: {}.",
                kind.clr_name()
            );
            return Err(self.reader.exception(&text));
        }
        let mut items = Vec::new();
        self.fill_list(list, &mut items, id)?;
        *place = Value::List(items);
        Ok(())
    }

    fn fill_list(&mut self, list: &'static ListType, items: &mut Vec<Value>, id: Option<String>) -> Result<(), Thrown> {
        self.name_reference(id.as_deref(), Kind::List(list))?;
        let depth = self.reader.depth();
        let mut failed_at = None;
        loop {
            match self.read_item(&list.item, items) {
                Ok(Step::Item) => {}
                Ok(Step::Closed) => break,
                Ok(Step::TextEnded) => {
                    self.record_end("array");
                    break;
                }
                Err(thrown) => {
                    let index = self.reader.index_at(depth);
                    self.recover(thrown, depth + 1)?;
                    // Two errors at one index mean that nothing was passed in between.
                    if failed_at == Some(index) {
                        return Err(self.reader.exception("Infinite loop detected from error handling."));
                    }
                    failed_at = Some(index);
                }
            }
        }
        self.fill_reference(id, || Value::List(items.clone()));
        Ok(())
    }

    fn read_item(&mut self, kind: &Kind, items: &mut Vec<Value>) -> Result<Step, Thrown> {
        if !self.read_for(kind)? {
            return Ok(Step::TextEnded);
        }
        match self.reader.token {
            Token::EndArray => return Ok(Step::Closed),
            Token::Comment => {}
            _ => {
                self.count_item()?;
                self.setting = None;
                let mut value = Value::Null;
                self.take_value(kind, &mut value, false)?;
                items.push(value);
            }
        }
        Ok(Step::Item)
    }

    fn refuse_array(&mut self, kind: &Kind) -> Thrown {
        let (name, needs) = (kind.clr_name(), needs(kind));
        self.reader.exception(&format!(
            "Cannot deserialize the current JSON array (e.g. [1,2,3]) into type '{name}' because the type requires a \
             {needs} to deserialize correctly.\r\nTo fix this error either change the JSON to a {needs} or change the \
             deserialized type to an array or a type that implements a collection interface (e.g. ICollection, IList) \
             like List<T> that can be deserialized from a JSON array. JsonArrayAttribute can also be added to the type \
             to force it to deserialize from a JSON array.\r\n"
        ))
    }

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
                            let message = |path: &str| format!("'{path}' comes more than once; the last one wins.");
                            self.reader.note(Advice::JsonDuplicateMember, message);
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
                self.reader.current.name, of.key.clr_name
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

/// The tokens that a kind can be read from, in the words of the errors.
pub(super) fn needs(kind: &Kind) -> &'static str {
    match kind.underlying() {
        Kind::Object(_) | Kind::Dictionary(_) => "JSON object (e.g. {\"name\":\"value\"})",
        Kind::List(_) => "JSON array (e.g. [1,2,3])",
        Kind::String => "JSON string value",
        _ => "JSON primitive value (e.g. string, number, boolean, null)",
    }
}

/// A member by name, exactly, else (unless the class is partial) without regard to case.
fn find(plan: &'static Plan, name: &str, exact_only: bool, expected: &mut usize) -> Option<(usize, &'static Member)> {
    let from = (*expected).min(plan.json.len());
    let exactly = (from..plan.json.len()).chain(0..from).find(|index| name_at(plan, *index) == Some(name));
    let index = match exactly {
        None if !exact_only => (0..plan.json.len())
            .find(|index| name_at(plan, *index).is_some_and(|known| known.eq_ignore_ascii_case(name)))?,
        found => found?,
    };
    *expected = index + 1;
    let slot = *plan.json.get(index)?;
    Some((slot, *plan.members.get(slot)?))
}

fn name_at(plan: &'static Plan, index: usize) -> Option<&'static str> {
    plan.members.get(*plan.json.get(index)?).map(|member| member.name)
}

/// Existing lists and objects are filled further; an array is replaced.
fn can_be_filled_further(kind: &Kind, place: &Value) -> bool {
    match kind.underlying() {
        Kind::List(list) => list.collection != Collection::Array && matches!(place, Value::List(_)),
        _ => matches!(place, Value::Object(_) | Value::Dictionary(_)),
    }
}
