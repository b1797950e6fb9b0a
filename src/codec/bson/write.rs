//! Values as BSON documents, byte for byte as Json.NET's `BsonWriter`: members in JSON order, enums as int32, and
//! Quirk: a Guid carries subtype 4 with its first three fields in little-endian order (docs/spec/pbnb.md §5.5).

use super::primitive::TICKS_PER_MILLISECOND;
use crate::codec::WriteError;
use crate::codec::untyped::{Entry, Untyped};
use crate::contract::{Kind, UNIX_EPOCH_TICKS, ValueRef};
use bson::spec::{BinarySubtype, ElementType};

pub(super) fn write(value: ValueRef<'_>, kind: &Kind, out: &mut Vec<u8>) -> Result<(), WriteError> {
    match value {
        ValueRef::Absent | ValueRef::Null => Ok(()),
        ValueRef::Object(_) | ValueRef::List(_) | ValueRef::Dictionary(_) => content(value, kind, out),
        _ => document(out, |out| element("Value", value, kind, out)),
    }
}

pub(super) fn write_untyped(dictionary: &Untyped, out: &mut Vec<u8>) {
    let start = open(out);
    for (name, entry) in &dictionary.0 {
        match entry {
            Entry::Null => header(ElementType::Null, name, out),
            Entry::Text(text) => text_element(name, text, out),
            Entry::Texts(texts) => {
                header(ElementType::Array, name, out);
                let start = open(out);
                for (index, text) in texts.iter().enumerate() {
                    text_element(&index.to_string(), text, out);
                }
                close(start, out);
            }
            Entry::Nested(nested) => {
                header(ElementType::EmbeddedDocument, name, out);
                write_untyped(nested, out);
            }
        }
    }
    close(start, out);
}

/// The document of an object, list or dictionary.
fn content(value: ValueRef<'_>, kind: &Kind, out: &mut Vec<u8>) -> Result<(), WriteError> {
    document(out, |out| match (value, kind.underlying()) {
        (ValueRef::Object(object), _) => {
            let plan = object.class().plan();
            plan.json.iter().try_for_each(|slot| match plan.members.get(*slot) {
                Some(member) => element(member.name, object.slot(*slot), &member.kind, out),
                None => Ok(()),
            })
        }
        (ValueRef::List(items), Kind::List(of)) => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(index, item)| element(&index.to_string(), item, &of.item, out))
        }
        (ValueRef::Dictionary(entries), Kind::Dictionary(of)) => entries.iter().try_for_each(|(key, item)| {
            let name = of.key.name_of(key).map_or_else(|| key.to_string(), str::to_owned);
            element(&name, item, &of.value, out)
        }),
        _ => Ok(()),
    })
}

fn element(name: &str, value: ValueRef<'_>, kind: &Kind, out: &mut Vec<u8>) -> Result<(), WriteError> {
    match value {
        ValueRef::Absent | ValueRef::Null => header(ElementType::Null, name, out),
        ValueRef::Bool(flag) => {
            header(ElementType::Boolean, name, out);
            out.push(u8::from(flag));
        }
        ValueRef::Int(number) | ValueRef::Enum(number) => {
            header(ElementType::Int32, name, out);
            out.extend(number.to_le_bytes());
        }
        // Quirk: BSON's encoder replaces a lone surrogate where the others throw (Json.NET's BsonBinaryWriter).
        ValueRef::Text(text) | ValueRef::IllFormedText(text) => text_element(name, text, out),
        ValueRef::Guid(guid) => {
            header(ElementType::Binary, name, out);
            out.extend(16_i32.to_le_bytes());
            out.push(BinarySubtype::Uuid.into());
            out.extend(guid.to_bytes_le());
        }
        ValueRef::DateTime(date) => {
            header(ElementType::DateTime, name, out);
            out.extend(((date.ticks - UNIX_EPOCH_TICKS) / TICKS_PER_MILLISECOND).to_le_bytes());
        }
        ValueRef::List(_) => {
            header(ElementType::Array, name, out);
            content(value, kind, out)?;
        }
        ValueRef::Object(_) | ValueRef::Dictionary(_) => {
            header(ElementType::EmbeddedDocument, name, out);
            content(value, kind, out)?;
        }
    }
    Ok(())
}

fn header(element: ElementType, name: &str, out: &mut Vec<u8>) {
    out.push(element as u8);
    out.extend(name.as_bytes());
    out.push(0);
}

fn text_element(name: &str, text: &str, out: &mut Vec<u8>) {
    header(ElementType::String, name, out);
    out.extend(length_of(text.len() + 1));
    out.extend(text.as_bytes());
    out.push(0);
}

fn document(
    out: &mut Vec<u8>,
    elements: impl FnOnce(&mut Vec<u8>) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let start = open(out);
    elements(out)?;
    close(start, out);
    Ok(())
}

/// Leaves room for the length, which is only known at the end.
fn open(out: &mut Vec<u8>) -> usize {
    let start = out.len();
    out.extend([0; 4]);
    start
}

fn close(start: usize, out: &mut Vec<u8>) {
    out.push(0);
    let length = length_of(out.len() - start);
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&length);
    }
}

/// BSON counts in int32; answers stay far below that.
fn length_of(bytes: usize) -> [u8; 4] {
    i32::try_from(bytes).unwrap_or(i32::MAX).to_le_bytes()
}
