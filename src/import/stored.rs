//! A value of the wire as a state document writes it, by the kind that is stored.

use crate::contract::{DateTime, DateTimeKind, EnumType, Record, StoredKind, Value};
use serde_json::{Value as Json, json};

/// The value; `None` for one that the kind cannot hold.
pub(super) fn json(value: &Value, kind: &StoredKind) -> Option<Json> {
    Some(match (kind, value) {
        (StoredKind::Nullable(_), Value::Null) => Json::Null,
        (StoredKind::Nullable(kind), value) => return json(value, kind),
        (StoredKind::Bool, Value::Bool(value)) => json!(value),
        (StoredKind::Int, Value::Int(value)) => json!(value),
        (StoredKind::Text | StoredKind::NamedEnum(_) | StoredKind::Enum(_), Value::Text(text)) => json!(text),
        (StoredKind::Guid, Value::Guid(id)) => json!(id.to_string()),
        (StoredKind::Guid, Value::Text(text)) => json!(text),
        (StoredKind::Date, Value::DateTime(date)) => json!(DateTime { kind: DateTimeKind::Utc, ..*date }.round_trip()),
        (StoredKind::Date, Value::Text(text)) => json!(utc(text)),
        (StoredKind::Enum(known), Value::Enum(number)) => named(known, *number).unwrap_or_else(|| json!(number)),
        (StoredKind::NamedEnum(known), Value::Enum(number)) => named(known, *number)?,
        (StoredKind::List(kind), Value::List(items)) => {
            items.iter().map(|item| of_item(item, kind)).collect::<Option<_>>()?
        }
        (StoredKind::Map(_, _), Value::Null) => return None,
        (StoredKind::Map(known, kind), Value::Dictionary(entries)) => {
            let entry = |(key, value): &(i32, Value)| Some((known.name_of(*key)?.to_owned(), json(value, kind)?));
            Json::Object(entries.iter().map(entry).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// An item of a list: where the wire has an object, its id.
fn of_item(item: &Value, kind: &StoredKind) -> Option<Json> {
    match item {
        Value::Object(record) => json(member(record, "id")?, kind),
        item => json(item, kind),
    }
}

/// The value of a member, whatever its case.
pub(super) fn member<'r>(record: &'r Record, name: &str) -> Option<&'r Value> {
    let members = &record.class.plan().members;
    let place = members.iter().position(|member| member.name.eq_ignore_ascii_case(name))?;
    Some(record.slot(place))
}

fn named(known: &EnumType, number: i32) -> Option<Json> {
    known.name_of(number).map(|name| json!(name))
}

/// A moment without a zone is UTC.
fn utc(text: &str) -> String {
    let time = text.split('T').nth(1).unwrap_or_default();
    match time.contains(['Z', '+', '-']) {
        true => text.to_owned(),
        false => format!("{text}Z"),
    }
}
