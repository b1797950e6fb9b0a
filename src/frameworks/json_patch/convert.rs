//! Values into the type of a property or item. A value that is not of the type yet goes through JSON text and back, as
//! Json.NET's typed readers take it (docs/spec/reseller.md §11.4, §11.5).

use super::display;
use super::lenient::{Json, Node};
use crate::codec::convert::{date, enums, guid, number};
use crate::contract::{Kind, ListType};
use chrono::NaiveDate;
use serde_json::Value;

/// The value as the target stores it; `None` when the type does not take it.
pub(super) fn to_kind(json: &Json, kind: &Kind) -> Option<Value> {
    if matches!(json, Json::Null) {
        return (!kind.is_non_nullable_value()).then_some(Value::Null);
    }
    match kind {
        Kind::String => text(json).map(Value::String),
        // Quirk: an empty text is null wherever null is possible, for lists too; Json.NET coerces it.
        Kind::Nullable(_) | Kind::List(_) | Kind::Object(_) | Kind::Dictionary(_) if matches!(json, Json::Text(text) if text.is_empty()) => {
            Some(Value::Null)
        }
        Kind::Nullable(inner) => to_kind(json, inner),
        Kind::List(list) => items(json, list),
        Kind::Int32 => int(json).map(Value::from),
        Kind::Bool => flag(json).map(Value::Bool),
        Kind::Guid => match json {
            Json::Text(text) => guid::parse(text).map(|guid| Value::String(guid.to_string())),
            _ => None,
        },
        Kind::DateTime => match json {
            Json::Date(date) => Some(Value::String(date.round_trip())),
            // chosen: a time without a date falls on 1970-01-01, because no property that can be patched is a date.
            Json::Text(text) => {
                date::parse_json_text(text, NaiveDate::default()).map(|date| Value::String(date.round_trip()))
            }
            _ => None,
        },
        Kind::Enum(of) => match json {
            Json::Text(text) => enums::parse(text, of).map(Value::from),
            Json::Integer(number) => i32::try_from(*number).ok().map(Value::from),
            _ => None,
        },
        Kind::Object(_) | Kind::Dictionary(_) => None,
    }
}

/// A stored value as if a client had sent it; lone numbers beyond 64 bits cannot be stored.
pub(super) fn from_stored(value: &Value) -> Json {
    let node = |value: &Value| Node { json: from_stored(value), end: 0, name_end: 0 };
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => number
            .as_i64()
            .map_or_else(|| number.as_f64().map_or_else(|| Json::Big(number.to_string()), Json::Double), Json::Integer),
        Value::String(text) => Json::Text(text.clone()),
        Value::Array(items) => Json::List(items.iter().map(node).collect()),
        Value::Object(members) => {
            Json::Object(members.iter().map(|(name, value)| (name.clone(), node(value))).collect())
        }
    }
}

/// Any scalar is a text: numbers and booleans as JSON writes them, dates in full.
fn text(json: &Json) -> Option<String> {
    match json {
        Json::Text(text) => Some(text.clone()),
        Json::Bool(flag) => Some(flag.to_string()),
        Json::Double(number) => Some(display::json_double(*number)),
        Json::Integer(_) | Json::Big(_) => Some(display::to_string(json)),
        Json::Date(date) => Some(date.round_trip()),
        Json::Null | Json::Undefined | Json::List(_) | Json::Object(_) | Json::Constructor(..) => None,
    }
}

fn items(json: &Json, list: &ListType) -> Option<Value> {
    let Json::List(items) = json else { return None };
    items.iter().map(|item| to_kind(&item.json, &list.item)).collect::<Option<Vec<_>>>().map(Value::Array)
}

/// Integers and texts of integers; 5.0 is not one.
fn int(json: &Json) -> Option<i32> {
    match json {
        Json::Integer(number) => i32::try_from(*number).ok(),
        Json::Text(text) => number::int32_parse(text).ok(),
        _ => None,
    }
}

/// Booleans, their names in any case with blanks around, and any number by being zero or not.
fn flag(json: &Json) -> Option<bool> {
    match json {
        Json::Bool(flag) => Some(*flag),
        Json::Integer(number) => Some(*number != 0),
        Json::Big(_) => Some(true),
        Json::Double(number) if number.is_finite() => Some(*number != 0.0),
        Json::Text(text) => {
            let name = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
            let named = |flag: bool| name.eq_ignore_ascii_case(if flag { "true" } else { "false" }).then_some(flag);
            named(true).or_else(|| named(false))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::lenient::{Start, read};
    use super::*;
    use crate::contract::Collection;
    use serde_json::json;

    const TEXTS: Kind = Kind::List(&ListType { item: Kind::String, collection: Collection::List });

    fn convert(json: &str, kind: &Kind) -> Option<Value> {
        let (Start::Array(Some(items)), _) = read(&format!("[{json}]"), 3) else { panic!("{json}") };
        to_kind(&items[0].json, kind)
    }

    #[test]
    fn every_scalar_is_a_text() {
        for (sent, stored) in [
            ("123", "123"),
            ("1.50", "1.5"),
            ("1e3", "1000.0"),
            ("0x10", "16"),
            ("NaN", "NaN"),
            ("false", "false"),
            ("99999999999999999999", "99999999999999999999"),
            ("'2019-01-01T00:00:00.000Z'", "2019-01-01T00:00:00Z"),
        ] {
            assert_eq!(convert(sent, &Kind::String), Some(json!(stored)), "{sent}");
        }
        assert_eq!((convert("[]", &Kind::String), convert("{}", &Kind::String)), (None, None));
    }

    #[test]
    fn numbers_and_flags_are_read_from_texts() {
        for (sent, stored) in [
            ("' +12 '", Some(12)),
            ("'-0'", Some(0)),
            ("5.0", None),
            ("2147483648", None),
            ("''", None),
            ("true", None),
        ] {
            assert_eq!(convert(sent, &Kind::Int32), stored.map(Value::from), "{sent}");
        }
        for (sent, stored) in
            [("' TRUE '", Some(true)), ("0.0", Some(false)), ("7", Some(true)), ("'1'", None), ("''", None)]
        {
            assert_eq!(convert(sent, &Kind::Bool), stored.map(Value::from), "{sent}");
        }
    }

    #[test]
    fn null_and_empty_texts_need_a_type_with_null() {
        for kind in [Kind::Nullable(&Kind::Int32), TEXTS] {
            assert_eq!((convert("null", &kind), convert("''", &kind)), (Some(Value::Null), Some(Value::Null)));
        }
        for kind in [Kind::Int32, Kind::Guid, Kind::Bool] {
            assert_eq!((convert("null", &kind), convert("''", &kind)), (None, None));
        }
    }

    #[test]
    fn lists_convert_item_by_item_or_not_at_all() {
        assert_eq!(convert("['a',null,5,true]", &TEXTS), Some(json!(["a", null, "5", "true"])));
        assert_eq!((convert("['a',[]]", &TEXTS), convert("'a'", &TEXTS), convert("{}", &TEXTS)), (None, None, None));
    }
}
