//! Values to compact JSON: members in their JSON order, nulls written unless a member omits them, dates in round-trip
//! form, enum keys by name.

use super::escape::push_escaped;
use crate::codec::untyped::{Entry, Untyped};
use crate::codec::{EnumStyle, WriteError};
use crate::contract::{Kind, Record, Value};

pub(super) fn write(value: &Value, kind: &Kind, enums: EnumStyle, out: &mut String) -> Result<(), WriteError> {
    match (value, kind.underlying()) {
        (Value::Bool(true), _) => out.push_str("true"),
        (Value::Bool(false), _) => out.push_str("false"),
        (Value::Int(number), _) => push_number(*number, out),
        (Value::Text(text), _) => push_text(text, out),
        (Value::IllFormedText(_), _) => {
            return Err(WriteError(
                "Unable to translate a lone surrogate from Unicode to the specified code page.".to_owned(),
            ));
        }
        (Value::Guid(guid), _) => {
            out.push('"');
            out.push_str(guid.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()));
            out.push('"');
        }
        (Value::DateTime(date), _) => {
            out.push('"');
            out.push_str(&date.round_trip());
            out.push('"');
        }
        (Value::Enum(number), Kind::Enum(of)) if enums == EnumStyle::Names => match of.name_of(*number) {
            Some(name) => push_text(name, out),
            None => push_number(*number, out),
        },
        (Value::Enum(number), _) => push_number(*number, out),
        (Value::Object(record), _) => write_object(record, enums, out)?,
        (Value::List(items), Kind::List(list)) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                push_comma(index, out);
                write(item, &list.item, enums, out)?;
            }
            out.push(']');
        }
        (Value::Dictionary(entries), Kind::Dictionary(of)) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                push_comma(index, out);
                match of.key.name_of(*key) {
                    Some(name) => push_text(name, out),
                    None => push_text(&key.to_string(), out),
                }
                out.push(':');
                write(value, &of.value, enums, out)?;
            }
            out.push('}');
        }
        _ => out.push_str("null"),
    }
    Ok(())
}

fn write_object(record: &Record, enums: EnumStyle, out: &mut String) -> Result<(), WriteError> {
    let plan = record.class.plan();
    out.push('{');
    let opened = out.len();
    for (slot, key) in plan.json.iter().zip(&plan.json_keys) {
        let (Some(member), value) = (plan.members.get(*slot), record.slot(*slot)) else { continue };
        if member.omit_null && *value == Value::Null {
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

fn push_number(number: i32, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(number));
}
