//! XML names in schemas, as a format's view gives them: of roots, items, members and dictionary entries.

use super::schema::put;
use crate::codec::view::XmlNames;
use crate::contract::{ARRAYS, DictionaryType, Kind, Member, ObjectType};
use serde_json::{Map, Value, json};

/// Names the element of a whole document.
pub(super) fn root(schema: &mut Value, kind: &Kind, names: &XmlNames) {
    let (name, namespace) = (names.root)(kind);
    let mut xml = named(namespace);
    xml.insert("name".to_owned(), json!(name));
    if matches!(kind, Kind::List(_)) {
        xml.insert("wrapped".to_owned(), json!(true));
    }
    put(schema, "xml", Value::Object(xml));
}

/// Names the element of a list's item; [`member`] adds the prefix where there is one.
pub(super) fn item(schema: &mut Value, kind: &Kind, names: &XmlNames) {
    let (name, namespace) = (names.item)(kind);
    let mut xml = named(namespace);
    xml.insert("name".to_owned(), json!(name));
    put(schema, "xml", Value::Object(xml));
}

/// Names a member's element, even where that is the member's own name: the class that a reference names has another. A
/// list whose items are in another namespace than the member gives that namespace the prefix `d{depth}p1`, as the
/// framework's writer does.
pub(super) fn member(schema: &mut Value, member: &Member, owner: &ObjectType, names: &XmlNames, depth: usize) {
    let namespace = (names.members)(owner);
    let mut xml = named(namespace);
    xml.insert("name".to_owned(), json!(member.name));
    if let Kind::List(_) | Kind::Dictionary(_) = member.kind {
        xml.insert("wrapped".to_owned(), json!(true));
    }
    if let Kind::List(list) = member.kind
        && (names.item)(&list.item).1 != namespace
        && let Some(items) = schema.pointer_mut("/items/xml")
    {
        put(items, "prefix", json!(format!("d{depth}p1")));
    }
    put(schema, "xml", Value::Object(xml));
}

/// A dictionary as a list of entries, each a key and a value, in the namespace of arrays.
pub(super) fn entries(dictionary: &DictionaryType, mut key: Value, mut value: Value, depth: usize) -> Value {
    let prefixed = |name: &str| json!({ "name": name, "namespace": ARRAYS, "prefix": format!("d{depth}p1") });
    put(&mut key, "xml", prefixed("Key"));
    put(&mut value, "xml", prefixed("Value"));
    let entry = prefixed(&dictionary.entry_name());
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": { "Key": key, "Value": value },
            "required": ["Key", "Value"],
            "xml": entry,
        },
    })
}

fn named(namespace: &str) -> Map<String, Value> {
    let mut xml = Map::new();
    if !namespace.is_empty() {
        xml.insert("namespace".to_owned(), json!(namespace));
    }
    xml
}
