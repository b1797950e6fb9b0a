//! Values to compact JSON: members in their JSON order, nulls written unless a member omits them, dates in round-trip
//! form, enum keys by name.

use super::escape::push_escaped;
use crate::codec::untyped::{Entry, Untyped};
use crate::codec::{EnumStyle, WriteError};
use crate::contract::{Dictionary, Kind, List, Object, ValueRef};
use uuid::Uuid;

/// What most members are is written here; anything else has a function of its own, so that this one stays small.
pub(super) fn write(value: ValueRef<'_>, kind: &Kind, enums: EnumStyle, out: &mut String) -> Result<(), WriteError> {
    match value {
        ValueRef::Absent | ValueRef::Null => out.push_str("null"),
        ValueRef::Bool(true) => out.push_str("true"),
        ValueRef::Bool(false) => out.push_str("false"),
        ValueRef::Int(number) => push_number(number, out),
        ValueRef::Text(text) => push_text(text, out),
        ValueRef::Enum(number) => write_enum(number, kind, enums, out),
        ValueRef::Guid(guid) => write_guid(guid, out),
        ValueRef::DateTime(date) => push_plain(&date.round_trip(), out),
        ValueRef::Object(object) => return write_object(object, enums, out),
        ValueRef::List(items) => return write_list(items, kind, enums, out),
        ValueRef::Dictionary(entries) => return write_dictionary(entries, kind, enums, out),
        ValueRef::IllFormedText(_) => return Err(lone_surrogate()),
    }
    Ok(())
}

fn lone_surrogate() -> WriteError {
    WriteError("Unable to translate a lone surrogate from Unicode to the specified code page.".to_owned())
}

fn write_enum(number: i32, kind: &Kind, enums: EnumStyle, out: &mut String) {
    if let (EnumStyle::Names, Kind::Enum(of)) = (enums, kind.underlying())
        && let Some(name) = of.name_of(number)
    {
        return push_text(name, out);
    }
    push_number(number, out);
}

#[inline(never)]
fn write_guid(guid: Uuid, out: &mut String) {
    push_plain(guid.hyphenated().encode_lower(&mut Uuid::encode_buffer()), out);
}

#[inline(never)]
fn write_object(object: &dyn Object, enums: EnumStyle, out: &mut String) -> Result<(), WriteError> {
    let plan = object.class().plan();
    out.push('{');
    let opened = out.len();
    for (slot, (key, member)) in plan.json.iter().zip(&plan.json_keys) {
        let value = object.slot(*slot);
        if member.omit_null && matches!(value, ValueRef::Null) {
            continue;
        }
        let is_first = out.len() == opened;
        out.push_str(if is_first { key.strip_prefix(',').unwrap_or(key) } else { key });
        write(value, &member.kind, enums, out)?;
    }
    out.push('}');
    Ok(())
}

#[inline(never)]
fn write_list(items: &dyn List, kind: &Kind, enums: EnumStyle, out: &mut String) -> Result<(), WriteError> {
    let Kind::List(list) = kind.underlying() else { return not_of_its_kind(out) };
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        push_comma(index, out);
        write(item, &list.item, enums, out)?;
    }
    out.push(']');
    Ok(())
}

#[inline(never)]
fn write_dictionary(
    entries: &dyn Dictionary,
    kind: &Kind,
    enums: EnumStyle,
    out: &mut String,
) -> Result<(), WriteError> {
    let Kind::Dictionary(of) = kind.underlying() else { return not_of_its_kind(out) };
    out.push('{');
    for (index, (key, value)) in entries.iter().enumerate() {
        push_comma(index, out);
        match of.key.name_of(key) {
            Some(name) => push_text(name, out),
            None => push_plain(&key.to_string(), out),
        }
        out.push(':');
        write(value, &of.value, enums, out)?;
    }
    out.push('}');
    Ok(())
}

/// Readers give no such value, and contracts have none.
fn not_of_its_kind(out: &mut String) -> Result<(), WriteError> {
    out.push_str("null");
    Ok(())
}

pub(super) fn write_untyped(dictionary: &Untyped, out: &mut String) {
    out.push('{');
    for (index, (name, entry)) in dictionary.0.iter().enumerate() {
        push_comma(index, out);
        push_text(name, out);
        out.push(':');
        match entry {
            Entry::Null => out.push_str("null"),
            Entry::Text(text) => push_text(text, out),
            Entry::Texts(texts) => {
                out.push('[');
                for (index, text) in texts.iter().enumerate() {
                    push_comma(index, out);
                    push_text(text, out);
                }
                out.push(']');
            }
            Entry::Nested(nested) => write_untyped(nested, out),
        }
    }
    out.push('}');
}

fn push_comma(index: usize, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
}

#[inline(never)]
fn push_text(text: &str, out: &mut String) {
    out.push('"');
    push_escaped(text, '"', out);
    out.push('"');
}

/// Text that needs no escape.
#[inline(never)]
fn push_plain(text: &str, out: &mut String) {
    out.push('"');
    out.push_str(text);
    out.push('"');
}

#[inline(never)]
fn push_number(number: i32, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(number));
}
