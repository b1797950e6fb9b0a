//! Examples of requests that the demo seed accepts. A body's is declared once, as JSON, and written here in every media
//! type, so that the types cannot disagree.

use super::media::{self, Media};
use crate::codec::view::Layout;
use crate::codec::{Body, Charset, FORM, JSON_ENUM_NAMES, percent};
use crate::contract::Kind;
use crate::frameworks::webapi::Parameter;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// The example of a parameter in an address, as its schema types it.
pub(super) fn of_address(kind: &Kind, text: &str) -> Value {
    match kind.underlying() {
        Kind::Bool | Kind::Int32 => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        _ => json!(text),
    }
}

/// The example of a body under a media type; none where none is declared.
pub(super) fn of_body(body: &Parameter, media: Media) -> Map<String, Value> {
    let value = body.example.and_then(|text| written(&body.kind, text, media));
    let example = value.map(|value| {
        let mut example = json!({ "summary": "A body that the demo seed accepts.", "x-provenance": "chosen" });
        if let Some(example) = example.as_object_mut() {
            if let Some(description) = media::of_binary(media, value.as_str().map_or(0, str::len) / 2) {
                example.insert("description".to_owned(), json!(description));
            }
            example.insert("value".to_owned(), value);
        }
        ("demo".to_owned(), example)
    });
    example.into_iter().collect()
}

fn written(kind: &Kind, text: &str, media: Media) -> Option<Value> {
    let json: Value = serde_json::from_str(text).ok()?;
    if media::shows_values(media) {
        return Some(json);
    }
    let codec = media.1;
    if codec == &FORM {
        let mut form = String::new();
        add_fields("", &json, &mut form);
        return Some(json!(form));
    }
    if matches!(codec.view.layout, Layout::Tree) && codec.view.binary.is_none() {
        return Some(json!(json.to_string()));
    }
    if matches!(kind.underlying(), Kind::Object(class) if class.partial.is_some()) {
        // A writer knows no members that were not sent, and would write them as null.
        return None;
    }
    let value = (JSON_ENUM_NAMES.read)(Body::new(text.as_bytes(), Charset::Utf8), kind).value;
    let bytes = (codec.writer.as_ref()?.value)((&value).into(), kind, Charset::Utf8).ok()?;
    match codec.view.binary {
        None => String::from_utf8(bytes).ok().map(Value::String),
        Some(_) => Some(json!(hexadecimal(&bytes))),
    }
}

/// JSON as form fields, flat: members of members after a dot, lists of objects by index, other lists by repetition.
fn add_fields(name: &str, value: &Value, form: &mut String) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                let separator = if name.is_empty() { "" } else { "." };
                add_fields(&format!("{name}{separator}{member}"), value, form);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                match item {
                    Value::Object(_) => add_fields(&format!("{name}[{at}]"), item, form),
                    scalar => add_fields(name, scalar, form),
                }
            }
        }
        Value::Null => {}
        Value::String(text) => add_field(name, text, form),
        other => add_field(name, &other.to_string(), form),
    }
}

fn add_field(name: &str, value: &str, form: &mut String) {
    if !form.is_empty() {
        form.push('&');
    }
    percent::push_encoded(form, name);
    form.push('=');
    percent::push_encoded(form, value);
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a text cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
