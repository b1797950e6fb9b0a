//! XML names in schemas: data-contract roots, items and dictionary entries with their namespaces, and XmlSerializer's
//! names, which have none.

use super::schema::put;
use super::view::View;
use crate::contract::{ARRAYS, DictionaryType, Kind, Member, ObjectType, Partial};
use crate::frameworks::webapi::Format;
use serde_json::{Map, Value, json};

/// Names the element of a whole document.
pub(super) fn root(schema: &mut Value, kind: &Kind, format: Format) {
    let (name, namespace) = match format {
        Format::DataContractXml => (kind.data_contract_name(), kind.data_contract_namespace()),
        Format::XmlSerializerXml => (kind.xml_serializer_name(), ""),
        _ => return,
    };
    let mut xml = named(namespace);
    xml.insert("name".to_owned(), json!(name));
    if matches!(kind, Kind::List(_)) {
        xml.insert("wrapped".to_owned(), json!(true));
    }
    put(schema, "xml", Value::Object(xml));
}

/// Names the element of a list's item; [`member`] adds the prefix where there is one.
pub(super) fn item(schema: &mut Value, kind: &Kind, format: Format) {
    let (name, namespace) = match format {
        Format::DataContractXml => (kind.data_contract_name(), item_namespace(kind)),
        Format::XmlSerializerXml => (kind.xml_serializer_name(), ""),
        _ => return,
    };
    let mut xml = named(namespace);
    xml.insert("name".to_owned(), json!(name));
    put(schema, "xml", Value::Object(xml));
}

/// Names a member's element, also where that is the member's own name: the class behind a reference has another. A list inside a data contract whose items live in another namespace than the member gives
/// that namespace the prefix `d{depth}p1`, as the framework's writer does.
pub(super) fn member(schema: &mut Value, member: &Member, owner: &ObjectType, format: Format, depth: usize) {
    if !matches!(format, Format::DataContractXml | Format::XmlSerializerXml) {
        return;
    }
    let mut xml = if format == Format::DataContractXml { named(owner.namespace) } else { Map::new() };
    xml.insert("name".to_owned(), json!(member.name));
    if let Kind::List(_) | Kind::Dictionary(_) = member.kind {
        xml.insert("wrapped".to_owned(), json!(true));
    }
    if let (Kind::List(list), Format::DataContractXml) = (member.kind, format)
        && item_namespace(&list.item) != owner.namespace
        && let Some(items) = schema.pointer_mut("/items/xml")
    {
        put(items, "prefix", json!(format!("d{depth}p1")));
    }
    put(schema, "xml", Value::Object(xml));
}

/// A dictionary in a data contract: entries of a key and a value, in the namespace of arrays.
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

/// What order and null mean in a class's XML.
pub(super) fn remark(object: &ObjectType, view: View) -> String {
    let remark = match (view.format, view.request) {
        (Format::DataContractXml, true) if object.partial.is_some() => {
            " Elements may stand in any order; null is `i:nil=\"true\"`."
        }
        (Format::DataContractXml, true) => {
            " Elements count only in this order, others are dropped silently; null is `i:nil=\"true\"`."
        }
        (Format::DataContractXml, false) => " Elements stand in this order; null is `i:nil=\"true\"`.",
        (Format::XmlSerializerXml, true) => " Elements may stand in any order.",
        (Format::XmlSerializerXml, false) => {
            " Elements stand in this order; null texts and objects are left out, other nulls are `xsi:nil=\"true\"`."
        }
        _ => "",
    };
    match object.partial {
        Some(Partial::AnyOrder { also }) if view.format == Format::DataContractXml => {
            format!("{remark} They may stand in the namespace `{also}`, too.")
        }
        _ => remark.to_owned(),
    }
}

/// Items of built-in types live in the namespace of arrays, although their contracts do not.
fn item_namespace(kind: &Kind) -> &'static str {
    match kind.underlying() {
        Kind::Object(_) | Kind::Enum(_) => kind.data_contract_namespace(),
        _ => ARRAYS,
    }
}

fn named(namespace: &str) -> Map<String, Value> {
    let mut xml = Map::new();
    if !namespace.is_empty() {
        xml.insert("namespace".to_owned(), json!(namespace));
    }
    xml
}
