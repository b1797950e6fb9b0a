//! What a format loses of a value, so that what was written can be compared with what is read of it: XML's line ends,
//! JSON's ignored members, and what BSON makes of dates and of half a surrogate pair.

use usertwin::codec::view::Layout;
use usertwin::codec::{BSON, Codec};
use usertwin::contract::{DateTime, DateTimeKind, Record, Value};

/// 1970-01-01, from which BSON counts, and how.
const EPOCH_TICKS: i64 = 621_355_968_000_000_000;
const TICKS_PER_MILLISECOND: i64 = 10_000;

/// The value as it comes back from a format.
#[must_use]
pub fn after(codec: &Codec, value: &Value) -> Value {
    match value {
        Value::Text(text) if is_xml(codec) => Value::Text(text.replace("\r\n", "\n").replace('\r', "\n")),
        Value::IllFormedText(text) if *codec == BSON => Value::Text(text.clone()),
        Value::DateTime(date) if *codec == BSON => {
            let milliseconds = (date.ticks - EPOCH_TICKS) / TICKS_PER_MILLISECOND;
            let ticks = milliseconds * TICKS_PER_MILLISECOND + EPOCH_TICKS;
            Value::DateTime(DateTime { ticks, kind: DateTimeKind::Utc })
        }
        Value::Object(record) => {
            let members = record.class.plan().members.iter().zip(&record.slots);
            let slots = members.map(|(member, value)| match codec.view().layout {
                Layout::Tree if !member.in_json => member.kind.default_value(),
                _ => after(codec, value),
            });
            Value::Object(Record { class: record.class, slots: slots.collect() })
        }
        Value::List(items) => Value::List(items.iter().map(|item| after(codec, item)).collect()),
        Value::Dictionary(entries) => {
            Value::Dictionary(entries.iter().map(|(key, value)| (*key, after(codec, value))).collect())
        }
        other => other.clone(),
    }
}

/// Whether the format's writer throws at the value, as .NET's does: half a surrogate pair, and in XML an enum number
/// without a name.
#[must_use]
pub fn is_unwritable(codec: &Codec, value: &Value, kind: &usertwin::contract::Kind) -> bool {
    use usertwin::contract::Kind;
    match (value, kind.underlying()) {
        (Value::IllFormedText(_), _) => *codec != BSON,
        (Value::Enum(number), Kind::Enum(of)) => is_xml(codec) && of.name_of(*number).is_none(),
        (Value::Object(record), _) => {
            let members = record.class.plan().members.iter().zip(&record.slots);
            let written = members.filter(|(member, _)| is_xml(codec) || member.in_json);
            written.into_iter().any(|(member, value)| is_unwritable(codec, value, &member.kind))
        }
        (Value::List(items), Kind::List(list)) => items.iter().any(|item| is_unwritable(codec, item, &list.item)),
        (Value::Dictionary(entries), Kind::Dictionary(of)) => {
            let unnamed = |key: &i32| is_xml(codec) && of.key.name_of(*key).is_none();
            entries.iter().any(|(key, value)| unnamed(key) || is_unwritable(codec, value, &of.value))
        }
        _ => false,
    }
}

/// Whether a format is one of the two kinds of XML.
#[must_use]
pub fn is_xml(codec: &Codec) -> bool {
    matches!(codec.view().layout, Layout::Xml(_))
}

/// Whether something in the value was not sent: a partial document cannot be written.
#[must_use]
pub fn is_partial(value: &Value) -> bool {
    match value {
        Value::Object(record) => record.class.partial.is_some() || record.slots.iter().any(is_partial),
        Value::List(items) => items.iter().any(is_partial),
        _ => false,
    }
}
