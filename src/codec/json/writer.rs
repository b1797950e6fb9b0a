//! Values to compact JSON: members in their JSON order, nulls written unless a member omits them, dates in round-trip
//! form, enum keys by name.

use super::escape::push_escaped;
use crate::codec::untyped::{Entry, Untyped};
use crate::codec::{EnumStyle, WriteError};
use crate::contract::{Kind, Object, ValueRef};

pub(super) fn write(value: ValueRef<'_>, kind: &Kind, enums: EnumStyle, out: &mut String) -> Result<(), WriteError> {
    match value {
        ValueRef::Absent | ValueRef::Null => out.push_str("null"),
        ValueRef::Bool(flag) => out.push_str(if flag { "true" } else { "false" }),
        ValueRef::Int(number) => push_number(number, out),
        ValueRef::Text(text) => push_text(text, out),
        ValueRef::IllFormedText(_) => {
            return Err(WriteError(
                "Unable to translate a lone surrogate from Unicode to the specified code page.".to_owned(),
            ));
        }
        ValueRef::Guid(guid) => push_plain(guid.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()), out),
        ValueRef::DateTime(date) => push_plain(&date.round_trip(), out),
        ValueRef::Enum(number) => {
            let name = if let (EnumStyle::Names, Kind::Enum(of)) = (enums, kind.underlying()) {
                of.name_of(number)
            } else {
                None
            };
            match name {
                Some(name) => push_text(name, out),
                None => push_number(number, out),
            }
        }
        ValueRef::Object(object) => write_object(object, enums, out)?,
        ValueRef::List(items) => {
            let Kind::List(list) = kind.underlying() else { return not_of_its_kind(out) };
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                push_comma(index, out);
                write(item, &list.item, enums, out)?;
            }
            out.push(']');
        }
        ValueRef::Dictionary(entries) => {
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
        }
    }
    Ok(())
}

/// Readers give no such value, and contracts have none.
fn not_of_its_kind(out: &mut String) -> Result<(), WriteError> {
    out.push_str("null");
    Ok(())
}

fn write_object(object: &dyn Object, enums: EnumStyle, out: &mut String) -> Result<(), WriteError> {
    let plan = object.class().plan();
    out.push('{');
    let opened = out.len();
    for (slot, key) in plan.json.iter().zip(&plan.json_keys) {
        let (Some(member), value) = (plan.members.get(*slot), object.slot(*slot)) else { continue };
        if member.omit_null && matches!(value, ValueRef::Null) {
            continue;
        }
        let is_first = out.len() == opened;
        out.push_str(if is_first { key.trim_start_matches(',') } else { key });
        write(value, &member.kind, enums, out)?;
    }
    out.push('}');
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

fn push_text(text: &str, out: &mut String) {
    out.push('"');
    push_escaped(text, '"', out);
    out.push('"');
}

/// Text that needs no escape.
fn push_plain(text: &str, out: &mut String) {
    out.push('"');
    out.push_str(text);
    out.push('"');
}

fn push_number(number: i32, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(number));
}
