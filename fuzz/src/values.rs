//! Whether a value is one of its kind: readers promise it, and everything behind them relies on it.

use usertwin::contract::{Kind, Record, Value};

/// Checks a whole body, which may be null.
///
/// # Panics
/// When a value is not of the contract's kind.
pub fn check(value: &Value, kind: &Kind) {
    assert!(*value == Value::Null || fits(value, kind), "{value:?} is no {}", kind.clr_name());
}

fn fits(value: &Value, kind: &Kind) -> bool {
    match (value, kind) {
        (Value::Null, kind) => !kind.is_non_nullable_value(),
        (value, Kind::Nullable(inner)) => fits(value, inner),
        (Value::Bool(_), Kind::Bool) | (Value::Int(_), Kind::Int32) | (Value::Guid(_), Kind::Guid) => true,
        (Value::Text(_) | Value::IllFormedText(_), Kind::String) | (Value::Enum(_), Kind::Enum(_)) => true,
        (Value::DateTime(date), Kind::DateTime) => (0..=usertwin::contract::DateTime::MAX_TICKS).contains(&date.ticks),
        (Value::Object(record), Kind::Object(class)) => std::ptr::eq(record.class, *class) && members(record),
        (Value::List(items), Kind::List(list)) => items.iter().all(|item| fits(item, &list.item)),
        (Value::Dictionary(entries), Kind::Dictionary(of)) => entries.iter().all(|(_, value)| fits(value, &of.value)),
        _ => false,
    }
}

fn members(record: &Record) -> bool {
    let members = &record.class.plan().members;
    let fit = |(member, value): (&&'static usertwin::contract::Member, &Value)| match value {
        Value::Absent => record.class.partial.is_some(),
        value => fits(value, &member.kind),
    };
    members.len() == record.slots.len() && members.iter().zip(&record.slots).all(fit)
}
