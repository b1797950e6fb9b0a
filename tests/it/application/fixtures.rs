//! The data of the application that answered: tests/oracle/fixtures.json as values of the declared kinds. Enum numbers
//! stand for undefined values, a written-out `\ud83d` for a lone surrogate, and dates end in their kind.

use chrono::NaiveDateTime;
use serde_json::Value as Json;
use usertwin::contract::{DateTime, DateTimeKind, Kind, Record, Value};
use uuid::Uuid;

/// The effect of a fixture on its action.
#[derive(Debug)]
pub enum Fixture {
    /// Return this value.
    Value(Value),
    /// Throw, as described.
    Throws(String),
}

/// The fixtures of one app, read once.
#[derive(Debug)]
pub struct Fixtures(Json);

impl Fixtures {
    /// The fixtures of `pbnb`, `admin` or `expoints`.
    #[must_use]
    pub fn of(app: &str) -> Fixtures {
        let mut all: Json = serde_json::from_str(include_str!("../../oracle/fixtures.json")).unwrap_or_default();
        Fixtures(all.get_mut(app).map(Json::take).unwrap_or_default())
    }

    /// The fixture under a name, or the one for any other name.
    #[must_use]
    pub fn get(&self, name: &str, kind: &Kind) -> Fixture {
        let json = self.0.get(name).or_else(|| self.0.get("*")).unwrap_or(&Json::Null);
        match json.get("throws").and_then(Json::as_str) {
            Some(what) => Fixture::Throws(what.to_owned()),
            None => Fixture::Value(value(json, kind)),
        }
    }
}

/// A fixture as a value of a kind; what is none is null.
#[must_use]
pub fn value(json: &Json, kind: &Kind) -> Value {
    match (json, kind.underlying()) {
        (Json::Bool(flag), Kind::Bool) => Value::Bool(*flag),
        (Json::Number(number), Kind::Int32) => Value::Int(int(number)),
        (Json::Number(number), Kind::Enum(_)) => Value::Enum(int(number)),
        (Json::String(name), Kind::Enum(of)) => of.number_of(name).map_or(Value::Null, Value::Enum),
        (Json::String(text), Kind::Guid) => text.parse().map_or(Value::Null, Value::Guid),
        (Json::String(text), Kind::DateTime) => date(text).map_or(Value::Null, Value::DateTime),
        (Json::String(text), Kind::String) if lossy(text) != *text => Value::IllFormedText(lossy(text)),
        (Json::String(text), Kind::String) => Value::Text(text.clone()),
        (Json::Array(items), Kind::List(list)) => {
            Value::List(items.iter().map(|item| value(item, &list.item)).collect())
        }
        (Json::Array(entries), Kind::Dictionary(of)) => {
            let entry = |entry: &Json| {
                let (key, content) = (entry.get(0)?, entry.get(1)?);
                let Value::Enum(key) = value(key, &Kind::Enum(of.key)) else { return None };
                Some((key, value(content, &of.value)))
            };
            Value::Dictionary(entries.iter().filter_map(entry).collect())
        }
        (Json::Object(members), Kind::Object(class)) => {
            let mut record = Record::empty(class);
            for (slot, member) in class.plan().members.iter().enumerate() {
                if let Some(json) = members.get(member.name) {
                    record.set(slot, value(json, &member.kind));
                }
            }
            Value::Object(record)
        }
        _ => Value::Null,
    }
}

fn int(number: &serde_json::Number) -> i32 {
    number.as_i64().and_then(|number| i32::try_from(number).ok()).unwrap_or_default()
}

fn date(text: &str) -> Option<DateTime> {
    let (civil, kind) = text.split_once(' ')?;
    let kind = match kind {
        "utc" => DateTimeKind::Utc,
        "local" => DateTimeKind::Local,
        _ => DateTimeKind::Unspecified,
    };
    DateTime::from_civil(civil.parse::<NaiveDateTime>().ok()?, kind)
}

/// The text with U+FFFD for every lone surrogate, which the fixtures spell as a `\\uXXXX` that JSON did not resolve.
fn lossy(text: &str) -> String {
    let mut parts = text.split("\\u");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let unit = part.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let lone = unit.is_some_and(|unit| (0xD800..=0xDFFF).contains(&unit));
        out.push_str(if lone { "\u{FFFD}" } else { "\\u" });
        out.push_str(if lone { part.get(4..).unwrap_or_default() } else { part });
    }
    out
}

/// The last two digits of a Guid, which name a fixture of `admin`.
#[must_use]
pub fn guid_suffix(guid: &Uuid) -> String {
    guid.to_string().split_off(34)
}
