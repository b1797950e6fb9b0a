//! Json.NET's serializer over the tokens: fills a contract, reports each exception at its path as Web API's formatter
//! does, and continues where Json.NET continues. Which errors it continues after follows the serializer step by
//! step, because the client sees the half-filled model.

use super::primitive::{Primitive, guid_of, round_to_int32};
use super::reader::{BsonReader, Fault, Token};
use crate::codec::convert::{date, enums, guid, number};
use crate::codec::note::{Advice, Notes};
use crate::codec::{Body, MAX_ERRORS, MAX_ITEMS, ReadError, Reading};
use crate::contract::{Collection, DictionaryType, Kind, ListType, Member, ObjectType, Record, Value};
use chrono::NaiveDate;
use std::collections::HashMap;

/// Reads a document of a kind.
pub(super) fn read(body: Body<'_>, kind: &Kind) -> Reading {
    let root_is_array = matches!(kind, Kind::List(_));
    let tokens = BsonReader::new(body, root_is_array);
    let mut populate = Populate { tokens, errors: Vec::new(), notes: Notes::default(), items_left: MAX_ITEMS };
    let value = populate.root(kind).unwrap_or_else(|fault| {
        populate.report(fault);
        Value::Null
    });
    Reading { value, errors: populate.errors, notes: populate.notes.into_vec() }
}

struct Populate<'a> {
    tokens: BsonReader<'a>,
    errors: Vec<ReadError>,
    notes: Notes,
    items_left: usize,
}

/// The outcome of one item of a list.
enum Item {
    Value(Value),
    End,
    NoMoreTokens,
}

impl Populate<'_> {
    fn root(&mut self, kind: &Kind) -> Result<Value, Fault> {
        if read_for(&mut self.tokens, kind)? { self.value(kind, &mut Value::Null) } else { Ok(Value::Null) }
    }

    fn report(&mut self, fault: Fault) {
        self.errors.push(ReadError::exception(self.tokens.path(), fault.0));
        if self.errors.len() >= MAX_ERRORS {
            self.tokens.end_here();
        }
    }

    /// Passes over what is left of the value that failed. A fault on the way is the caller's: it also ends the
    /// container around it (oracle: bs-uuid-short, bs-maxkey).
    fn read_past_error(&mut self, depth: usize) -> Result<(), Fault> {
        self.tokens.skip()?;
        while self.tokens.depth() > depth && self.tokens.read()? {}
        Ok(())
    }

    fn read_on(&mut self) -> Result<(), Fault> {
        if self.tokens.read()? { Ok(()) } else { Err(self.tokens.fault("Unexpected end when reading JSON.")) }
    }

    /// The value that starts at the current token. An existing object, list or dictionary is filled further, and keeps
    /// its content when a fault interrupts it.
    fn value(&mut self, kind: &Kind, existing: &mut Value) -> Result<Value, Fault> {
        match self.tokens.token {
            Token::StartObject => self.object(kind, existing),
            Token::StartArray => self.list(kind, existing),
            Token::Name(_) | Token::EndObject => {
                let text = format!("Unexpected token while deserializing object: {}", self.tokens.token.name());
                Err(self.tokens.fault(&text))
            }
            _ => ensure(&self.tokens, kind),
        }
    }

    fn object(&mut self, kind: &Kind, existing: &mut Value) -> Result<Value, Fault> {
        // Contracts do not nest this deep; the guard keeps one that refers to itself from exhausting the stack.
        if self.tokens.is_too_deep() {
            return Err(self.tokens.too_deep());
        }
        self.read_on()?;
        if let Some(value) = self.metadata(kind, existing)? {
            return Ok(value);
        }
        match kind {
            Kind::Object(class) => {
                let mut record = match std::mem::take(existing) {
                    Value::Object(record) => record,
                    _ => Record::empty(class),
                };
                let outcome = self.members(class, &mut record);
                keep_on_fault(outcome, Value::Object(record), existing)
            }
            Kind::Dictionary(of) => {
                let mut entries = match std::mem::take(existing) {
                    Value::Dictionary(entries) => entries,
                    _ => Vec::new(),
                };
                let outcome = self.entries(of, &mut entries);
                keep_on_fault(outcome, Value::Dictionary(entries), existing)
            }
            Kind::List(_) => Err(self.tokens.fault(&not_an_object(kind))),
            _ if self.tokens.token == Token::Name("$value".to_owned()) => {
                self.read_on()?;
                if self.tokens.token == Token::StartObject {
                    let text = "Unexpected token when deserializing primitive value: StartObject";
                    return Err(self.tokens.fault(text));
                }
                let value = self.value(kind, &mut Value::Null)?;
                self.read_on()?;
                Ok(value)
            }
            _ => Err(self.tokens.fault(&not_an_object(kind))),
        }
    }

    /// `$ref`, `$id`, `$type` and `$values` at the head of an object. Quirk: a reference is null, as nothing is ever
    /// found under it; chosen: also where the document gave that `$id` before.
    fn metadata(&mut self, kind: &Kind, existing: &mut Value) -> Result<Option<Value>, Fault> {
        while let Token::Name(name) = &self.tokens.token {
            match name.as_str() {
                "$ref" => {
                    self.read_on()?;
                    let is_text = matches!(self.tokens.token, Token::Value(Primitive::Text(_)));
                    if !is_text && self.tokens.token != Token::Null {
                        let text = "JSON reference $ref property must have a string or null value.";
                        return Err(self.tokens.fault(text));
                    }
                    self.read_on()?;
                    if is_text && matches!(self.tokens.token, Token::Name(_)) {
                        return Err(self.tokens.fault(
                            "Additional content found in JSON reference object. A JSON reference object should only \
                             have a $ref property.",
                        ));
                    }
                    if is_text {
                        return Ok(Some(Value::Null));
                    }
                }
                "$type" => {
                    self.read_on()?;
                    if !matches!(self.tokens.token, Token::Value(_)) {
                        return Err(Fault("Object reference not set to an instance of an object.".to_owned()));
                    }
                    self.read_on()?;
                }
                "$id" => {
                    self.read_on()?;
                    self.read_on()?;
                }
                "$values" => {
                    self.read_on()?;
                    let list = self.list(kind, existing)?;
                    self.read_on()?;
                    return Ok(Some(list));
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    fn members(&mut self, class: &'static ObjectType, record: &mut Record) -> Result<(), Fault> {
        let plan = class.plan();
        let depth = self.tokens.depth();
        let mut present = vec![false; plan.members.len()];
        loop {
            match &self.tokens.token {
                Token::Name(name) => {
                    let name = name.clone();
                    if let Err(fault) = self.member(class, &name, record, &mut present) {
                        self.report(fault);
                        self.read_past_error(depth)?;
                    }
                }
                Token::EndObject => break,
                token => {
                    let text = format!("Unexpected token when deserializing object: {}", token.name());
                    return Err(self.tokens.fault(&text));
                }
            }
            // Quirk: the bytes may have ended inside the member's own value.
            if !self.tokens.read()? {
                self.report(self.tokens.fault("Unexpected end when deserializing object."));
                break;
            }
        }
        let missing = plan.json.iter().filter(|slot| present.get(**slot) == Some(&false));
        for member in missing.filter_map(|slot| plan.members.get(*slot)) {
            if class.partial.is_none() && member.required && member.kind.is_non_nullable_value() {
                self.report(self.tokens.fault(&format!("Required property '{}' not found in JSON.", member.name)));
                self.read_past_error(depth)?;
            }
        }
        Ok(())
    }

    fn member(
        &mut self,
        class: &'static ObjectType,
        name: &str,
        record: &mut Record,
        present: &mut [bool],
    ) -> Result<(), Fault> {
        let Some((slot, member)) = find_member(class, name) else {
            self.notes.add(Advice::BsonUnknownMember, || format!("The member '{name}' is unknown and was skipped."));
            return self.skip_value();
        };
        if !member.in_json {
            return self.skip_value();
        }
        if !read_for(&mut self.tokens, &member.kind)? {
            return Err(self.tokens.fault(&format!("Unexpected end when setting {name}'s value.")));
        }
        if let Some(flag) = present.get_mut(slot) {
            *flag = true;
        }
        let mut existing = record.take(slot);
        let reused = match (&self.tokens.token, &existing, &member.kind) {
            (_, _, Kind::List(ListType { collection: Collection::Array, .. })) => false,
            (Token::StartObject | Token::StartArray, Value::Object(_) | Value::List(_) | Value::Dictionary(_), _) => {
                true
            }
            _ => false,
        };
        let outcome =
            if reused { self.value(&member.kind, &mut existing) } else { self.value(&member.kind, &mut Value::Null) };
        let (value, outcome) = match outcome {
            // A reference is null, which a value type cannot hold (oracle: B-other).
            Ok(Value::Null) if member.kind.is_non_nullable_value() => {
                let text = format!("Error setting value to '{}' on '{}'.", member.name, class.clr_name);
                (existing, Err(Fault(text)))
            }
            Ok(value) => (value, Ok(())),
            Err(fault) => (existing, Err(fault)),
        };
        record.set(slot, value);
        outcome
    }

    fn skip_value(&mut self) -> Result<(), Fault> {
        if self.tokens.read()? { self.tokens.skip() } else { Ok(()) }
    }

    fn entries(&mut self, of: &DictionaryType, entries: &mut Vec<(i32, Value)>) -> Result<(), Fault> {
        let depth = self.tokens.depth();
        let mut places: HashMap<i32, usize> = entries.iter().enumerate().map(|(i, (key, _))| (*key, i)).collect();
        loop {
            match &self.tokens.token {
                Token::Name(name) => {
                    let name = name.clone();
                    match self.entry(of, &name) {
                        Ok((key, value)) => match places.get(&key).and_then(|place| entries.get_mut(*place)) {
                            Some(entry) => entry.1 = value,
                            None => {
                                places.insert(key, entries.len());
                                entries.push((key, value));
                            }
                        },
                        Err(fault) => {
                            self.report(fault);
                            self.read_past_error(depth)?;
                        }
                    }
                }
                Token::EndObject => return Ok(()),
                token => {
                    let text = format!("Unexpected token when deserializing object: {}", token.name());
                    return Err(self.tokens.fault(&text));
                }
            }
            if !self.tokens.read()? {
                self.report(self.tokens.fault("Unexpected end when deserializing object."));
                return Ok(());
            }
        }
    }

    fn entry(&mut self, of: &DictionaryType, name: &str) -> Result<(i32, Value), Fault> {
        let key = enums::parse(name, of.key).ok_or_else(|| {
            self.tokens.fault(&format!(
                "Could not convert string '{name}' to dictionary key type '{}'. Create a TypeConverter to convert from \
                 the string to the key type object.",
                of.key.clr_name
            ))
        })?;
        if !read_for(&mut self.tokens, &of.value)? {
            return Err(self.tokens.fault("Unexpected end when deserializing object."));
        }
        let value = self.value(&of.value, &mut Value::Null)?;
        if value == Value::Null && of.value.is_non_nullable_value() {
            return Err(Fault("Value cannot be null.\r\nParameter name: value".to_owned()));
        }
        Ok((key, value))
    }

    fn list(&mut self, kind: &Kind, existing: &mut Value) -> Result<Value, Fault> {
        let Kind::List(of) = kind else { return Err(self.tokens.fault(&not_an_array(kind))) };
        if self.tokens.is_too_deep() {
            return Err(self.tokens.too_deep());
        }
        let mut items = match std::mem::take(existing) {
            Value::List(items) => items,
            _ => Vec::new(),
        };
        let outcome = self.items(of, &mut items);
        keep_on_fault(outcome, Value::List(items), existing)
    }

    fn items(&mut self, of: &ListType, items: &mut Vec<Value>) -> Result<(), Fault> {
        let depth = self.tokens.depth();
        let mut last_error = None;
        loop {
            match self.item(&of.item) {
                Ok(Item::Value(value)) => items.push(value),
                Ok(Item::End) => return Ok(()),
                Ok(Item::NoMoreTokens) => {
                    self.report(self.tokens.fault("Unexpected end when deserializing array."));
                    return Ok(());
                }
                Err(fault) => {
                    let index = self.tokens.index_at(depth);
                    self.report(fault);
                    self.read_past_error(depth + 1)?;
                    if last_error == Some(index) {
                        return Err(self.tokens.fault("Infinite loop detected from error handling."));
                    }
                    last_error = Some(index);
                }
            }
        }
    }

    fn item(&mut self, kind: &Kind) -> Result<Item, Fault> {
        if !read_for(&mut self.tokens, kind)? {
            return Ok(Item::NoMoreTokens);
        }
        if self.tokens.token == Token::EndArray {
            return Ok(Item::End);
        }
        let Some(left) = self.items_left.checked_sub(1) else {
            self.tokens.end_here();
            return Err(self.tokens.fault(&format!("The lists of the body hold more than {MAX_ITEMS} items.")));
        };
        self.items_left = left;
        let value = self.value(kind, &mut Value::Null)?;
        if value == Value::Null && kind.is_non_nullable_value() {
            return Err(Fault("Value cannot be null.\r\nParameter name: item".to_owned()));
        }
        Ok(Item::Value(value))
    }
}

/// The filled value; after a fault it stays in its place.
fn keep_on_fault(outcome: Result<(), Fault>, filled: Value, existing: &mut Value) -> Result<Value, Fault> {
    match outcome {
        Ok(()) => Ok(filled),
        Err(fault) => {
            *existing = filled;
            Err(fault)
        }
    }
}

/// The member of a name, else one that differs in case only; a partial document compares exactly.
fn find_member(class: &'static ObjectType, name: &str) -> Option<(usize, &'static Member)> {
    let members = || class.plan().members.iter().copied().enumerate();
    let exact = members().find(|(_, member)| member.name == name);
    if class.partial.is_some() {
        return exact;
    }
    exact.or_else(|| members().find(|(_, member)| member.name.eq_ignore_ascii_case(name)))
}

/// Moves to the next token, converted for a kind as Json.NET's typed reads (`ReadAsInt32` and its siblings) do; `false`
/// when there is none. Quirk: unlike the JSON text reader they round doubles into integers and print booleans and dates
/// as .NET does (oracle: bs-double-frac, bs-date-str).
pub(super) fn read_for(tokens: &mut BsonReader<'_>, kind: &Kind) -> Result<bool, Fault> {
    let more = tokens.read()?;
    let convert = match kind.underlying() {
        Kind::Int32 => as_int32,
        Kind::Bool => as_boolean,
        Kind::String => as_string,
        Kind::DateTime => as_date,
        _ => return Ok(more),
    };
    let token = match &tokens.token {
        Token::None | Token::Null | Token::EndArray => return Ok(more),
        Token::Value(Primitive::Text(text)) if text.is_empty() && !matches!(kind, Kind::String) => Token::Null,
        token => Token::Value(convert(token, tokens.today).map_err(|text| tokens.fault(&text))?),
    };
    tokens.replace(token);
    Ok(more)
}

fn as_int32(token: &Token, _: NaiveDate) -> Result<Primitive, String> {
    let Token::Value(value) = token else { return Err(unexpected("integer", token)) };
    let number = match value {
        Primitive::Int(number) => i32::try_from(*number).ok(),
        Primitive::Float(number) => round_to_int32(*number),
        Primitive::Text(text) => {
            let number =
                number::int32_parse(text).map_err(|_| format!("Could not convert string to integer: {text}."))?;
            return Ok(Primitive::Int(i64::from(number)));
        }
        _ => return Err(unexpected("integer", token)),
    };
    let number = number.ok_or_else(|| format!("Could not convert to integer: {}.", value.to_text()))?;
    Ok(Primitive::Int(i64::from(number)))
}

fn as_boolean(token: &Token, _: NaiveDate) -> Result<Primitive, String> {
    let flag = match token {
        Token::Value(Primitive::Bool(flag)) => *flag,
        Token::Value(Primitive::Int(number)) => *number != 0,
        Token::Value(Primitive::Float(number)) => *number != 0.0,
        Token::Value(Primitive::Text(text)) => {
            let word = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
            if !word.eq_ignore_ascii_case("true") && !word.eq_ignore_ascii_case("false") {
                return Err(format!("Could not convert string to boolean: {text}."));
            }
            word.eq_ignore_ascii_case("true")
        }
        _ => return Err(unexpected("boolean", token)),
    };
    Ok(Primitive::Bool(flag))
}

fn as_string(token: &Token, _: NaiveDate) -> Result<Primitive, String> {
    match token {
        Token::Value(value) => Ok(Primitive::Text(value.to_text())),
        _ => Err(unexpected("string", token)),
    }
}

fn as_date(token: &Token, today: NaiveDate) -> Result<Primitive, String> {
    match token {
        Token::Value(Primitive::Date(date)) => Ok(Primitive::Date(*date)),
        Token::Value(Primitive::Text(text)) => date::parse_json_text(text, today)
            .map(Primitive::Date)
            .ok_or_else(|| format!("Could not convert string to DateTime: {text}.")),
        _ => Err(unexpected("date", token)),
    }
}

fn unexpected(wanted: &str, token: &Token) -> String {
    format!("Error reading {wanted}. Unexpected token: {}.", token.name())
}

/// The current token as a value of the kind (`EnsureType`); null stays null where the kind can be null.
pub(super) fn ensure(tokens: &BsonReader<'_>, kind: &Kind) -> Result<Value, Fault> {
    let converted = match &tokens.token {
        Token::Value(primitive) => {
            let empty = matches!(primitive, Primitive::Text(text) if text.is_empty());
            if empty && !kind.is_non_nullable_value() && !matches!(kind, Kind::String) {
                return Ok(Value::Null);
            }
            convert(primitive, kind.underlying())
        }
        _ if kind.is_non_nullable_value() => None,
        _ => return Ok(Value::Null),
    };
    converted.ok_or_else(|| {
        let value = match &tokens.token {
            Token::Value(Primitive::Text(text)) => format!("\"{text}\""),
            Token::Value(other) => other.to_text(),
            _ => "{null}".to_owned(),
        };
        tokens.fault(&format!("Error converting value {value} to type '{}'.", kind.clr_name()))
    })
}

/// The conversions left after the typed reads: enums and Guids; the rest has its kind already.
fn convert(primitive: &Primitive, kind: &Kind) -> Option<Value> {
    match (kind, primitive) {
        (Kind::Enum(of), Primitive::Text(text)) => enums::parse(text, of).map(Value::Enum),
        // Enum.ToObject keeps the low 32 bits and also takes booleans.
        (Kind::Enum(_), Primitive::Int(number)) => Some(Value::Enum(*number as i32)),
        (Kind::Enum(_), Primitive::Bool(flag)) => Some(Value::Enum(i32::from(*flag))),
        (Kind::Guid, Primitive::Guid(guid)) => Some(Value::Guid(*guid)),
        (Kind::Guid, Primitive::Bytes(bytes)) => guid_of(bytes).map(Value::Guid),
        (Kind::Guid, Primitive::Text(text)) => guid::parse(text).map(Value::Guid),
        (Kind::Int32, Primitive::Int(number)) => i32::try_from(*number).ok().map(Value::Int),
        (Kind::Bool, Primitive::Bool(flag)) => Some(Value::Bool(*flag)),
        (Kind::String, Primitive::Text(text)) => Some(Value::Text(text.clone())),
        (Kind::DateTime, Primitive::Date(date)) => Some(Value::DateTime(*date)),
        _ => None,
    }
}

/// The kind of token that Json.NET expects instead of the one that it met.
fn expected(kind: &Kind) -> &'static str {
    match kind {
        Kind::Object(_) | Kind::Dictionary(_) => "JSON object (e.g. {\"name\":\"value\"})",
        Kind::List(_) => "JSON array (e.g. [1,2,3])",
        _ => "JSON primitive value (e.g. string, number, boolean, null)",
    }
}

/// The text for an array where the contract is not a list.
pub(super) fn not_an_array(kind: &Kind) -> String {
    let (name, expected) = (kind.clr_name(), expected(kind));
    format!(
        "Cannot deserialize the current JSON array (e.g. [1,2,3]) into type '{name}' because the type requires a \
         {expected} to deserialize correctly.\r\nTo fix this error either change the JSON to a {expected} or change \
         the deserialized type to an array or a type that implements a collection interface (e.g. ICollection, IList) \
         like List<T> that can be deserialized from a JSON array. JsonArrayAttribute can also be added to the type to \
         force it to deserialize from a JSON array.\r\n"
    )
}

/// The text for an object where the contract is neither a class nor a dictionary.
pub(super) fn not_an_object(kind: &Kind) -> String {
    let (name, expected) = (kind.clr_name(), expected(kind));
    format!(
        "Cannot deserialize the current JSON object (e.g. {{\"name\":\"value\"}}) into type '{name}' because the type \
         requires a {expected} to deserialize correctly.\r\nTo fix this error either change the JSON to a {expected} \
         or change the deserialized type so that it is a normal .NET type (e.g. not a primitive type like integer, not \
         a collection type like an array or List<T>) that can be deserialized from a JSON object. JsonObjectAttribute \
         can also be added to the type to force it to deserialize from a JSON object.\r\n"
    )
}
