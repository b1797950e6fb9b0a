//! A document for generators of clients: OpenAPI 3.0.3, JSON bodies only, one server. Made from the full document, so
//! that the two cannot disagree. Many generators stop at several media types for one body, at 3.1's lists of types, or
//! at a server of an operation's own.

use super::media::{FORM_TYPE, JSON_TYPE};
use crate::codec::percent;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const SCHEMAS: &str = "#/components/schemas/";
/// What 3.0 has no keyword for.
const UNKNOWN: &[&str] =
    &["if", "then", "else", "propertyNames", "contentMediaType", "dependentRequired", "$schema", "$comment"];

/// The document for generators, of an API's or the control API's full document.
#[must_use]
pub fn json_only(mut document: Value) -> Value {
    put(&mut document, "openapi", json!("3.0.3"));
    if let Some(servers) = document.get_mut("servers").and_then(Value::as_array_mut) {
        servers.truncate(1);
    }
    for item in members(document.get_mut("paths")) {
        for part in members(Some(item)) {
            one_body(part);
        }
    }
    for response in members(document.pointer_mut("/components/responses")) {
        keep_one(response.get_mut("content"));
    }
    for pointer in ["/paths", "/components/responses"] {
        schemas_within(document.pointer_mut(pointer));
    }
    for schema in members(document.pointer_mut("/components/schemas")) {
        older(schema);
    }
    let types = types_of_components(&document);
    for pointer in ["/paths", "/components"] {
        document.pointer_mut(pointer).into_iter().for_each(|part| null_or_reference(part, &types));
    }
    drop_unused(&mut document);
    plain_names(document)
}

fn members(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
}

fn put(value: &mut Value, name: &str, new: Value) {
    if let Some(value) = value.as_object_mut() {
        value.insert(name.to_owned(), new);
    }
}

/// An operation at the document's server, with one media type a body.
fn one_body(operation: &mut Value) {
    if let Some(operation) = operation.as_object_mut() {
        operation.remove("servers");
    }
    keep_one(operation.pointer_mut("/requestBody/content"));
    // The vendor's own sample may break the vendor's own rule; the one that works stays.
    for media in members(operation.pointer_mut("/requestBody/content")) {
        media.as_object_mut().and_then(|media| media.shift_remove("x-samples"));
        if let Some(examples) = media.get_mut("examples").and_then(Value::as_object_mut)
            && let Some(demo) = examples.get("demo").cloned()
        {
            *examples = Map::from_iter([("demo".to_owned(), demo)]);
        }
    }
    if let Some(form) = operation.pointer_mut("/requestBody/content").and_then(|content| content.get_mut(FORM_TYPE)) {
        for example in members(form.get_mut("examples")) {
            if let Some(fields) = example.get("value").and_then(Value::as_str).map(fields_of) {
                put(example, "value", Value::Object(fields));
            }
        }
    }
    for response in members(operation.get_mut("responses")) {
        keep_one(response.get_mut("content"));
    }
}

/// A form as the object that its schema describes.
pub(super) fn fields_of(form: &str) -> Map<String, Value> {
    let fields = form.split('&').filter_map(|field| field.split_once('='));
    let decoded = |text: &str| percent::decoded(&text.replace('+', " "), |_| true).into_owned();
    fields.map(|(name, value)| (decoded(name), json!(decoded(value)))).collect()
}

/// JSON where there is JSON; what has another type only, as a form of a token endpoint, keeps the first.
fn keep_one(content: Option<&mut Value>) {
    let Some(content) = content.and_then(Value::as_object_mut) else { return };
    let kept =
        if content.contains_key(JSON_TYPE) { Some(JSON_TYPE.to_owned()) } else { content.keys().next().cloned() };
    content.retain(|media_type, _| Some(media_type) == kept.as_ref());
}

/// Every `schema` below, apart from examples.
fn schemas_within(value: Option<&mut Value>) {
    match value {
        Some(Value::Object(object)) => {
            for (name, value) in object.iter_mut() {
                match name.as_str() {
                    "schema" => older(value),
                    "example" | "examples" => {}
                    _ => schemas_within(Some(value)),
                }
            }
        }
        Some(Value::Array(items)) => items.iter_mut().for_each(|item| schemas_within(Some(item))),
        _ => {}
    }
}

/// A schema of 3.1 in the words of 3.0.
fn older(schema: &mut Value) {
    if *schema == json!(true) {
        *schema = json!({});
    }
    let Some(object) = schema.as_object_mut() else { return };
    object.retain(|keyword, _| !UNKNOWN.contains(&keyword.as_str()));
    if let Some(constant) = object.shift_remove("const") {
        object.insert("enum".to_owned(), json!([constant]));
    }
    if let Some(Value::Array(examples)) = object.shift_remove("examples")
        && let Some(first) = examples.into_iter().next()
    {
        object.insert("example".to_owned(), first);
    }
    for (name, minimum) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(bound) = object.get(name).filter(|bound| bound.is_number()).cloned() {
            object.insert(minimum.to_owned(), bound);
            object.insert(name.to_owned(), json!(true));
        }
    }
    types(object);
    alternatives(object);
    if object.len() > 1
        && let Some(reference) = object.shift_remove("$ref")
    {
        // 3.0 reads nothing beside a reference.
        object.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
    for keyword in ["items", "additionalProperties", "not"] {
        object.get_mut(keyword).filter(|of| of.is_object()).into_iter().for_each(older);
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        object.get_mut(keyword).and_then(Value::as_array_mut).into_iter().flatten().for_each(older);
    }
    members(object.get_mut("properties")).for_each(older);
}

/// A list of types: null becomes `nullable`, several others alternatives.
fn types(object: &mut Map<String, Value>) {
    let names: Vec<Value> = match object.get("type") {
        Some(Value::Array(names)) => names.clone(),
        Some(Value::String(name)) if name == "null" => vec![json!("null")],
        _ => return,
    };
    let (nulls, others): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| name == "null");
    object.shift_remove("type");
    match others.as_slice() {
        [one] => {
            object.insert("type".to_owned(), one.clone());
        }
        [] => {
            object.insert("type".to_owned(), json!("object"));
            object.insert("enum".to_owned(), json!([null]));
        }
        several => {
            let each = |name: &Value| match name.as_str() {
                Some("array") => json!({ "type": "array", "items": object.get("items").cloned().unwrap_or(json!({})) }),
                _ => json!({ "type": name }),
            };
            let mut each: Vec<Value> = several.iter().map(each).collect();
            if !nulls.is_empty() {
                // `nullable` counts beside a type only.
                each.first_mut().into_iter().for_each(|first| put(first, "nullable", json!(true)));
            }
            object.insert("anyOf".to_owned(), json!(each));
            return;
        }
    }
    if !nulls.is_empty() {
        object.insert("nullable".to_owned(), json!(true));
    }
}

/// Null among alternatives becomes `nullable`; `null_or_reference` finishes those that refer to a component.
fn alternatives(object: &mut Map<String, Value>) {
    for keyword in ["anyOf", "oneOf"] {
        let Some(Value::Array(all)) = object.get_mut(keyword) else { continue };
        let before = all.len();
        all.retain(|one| one.get("type").is_none_or(|of| of != "null"));
        let nullable = all.len() < before;
        if let ([one], true) = (all.as_slice(), nullable) {
            let one = one.clone();
            object.shift_remove(keyword);
            match one {
                Value::Object(one) if !one.contains_key("$ref") => {
                    for (name, value) in one {
                        object.entry(name).or_insert(value);
                    }
                }
                reference => {
                    object.insert("allOf".to_owned(), json!([reference]));
                }
            }
        }
        if nullable {
            object.insert("nullable".to_owned(), json!(true));
        }
    }
}

/// The type of each component, by what refers to it.
fn types_of_components(document: &Value) -> BTreeMap<String, Value> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let named = |(name, schema): (&String, &Value)| Some((format!("{SCHEMAS}{name}"), schema.get("type")?.clone()));
    schemas.into_iter().flatten().filter_map(named).collect()
}

/// `nullable` counts beside a type only, and does not make what a reference leads to nullable: null is an alternative of
/// its own. Of the spellings that 3.0 allows, this is the one that four generators turn into "or null"; beside `allOf`,
/// two of them forget the null.
fn null_or_reference(value: &mut Value, types: &BTreeMap<String, Value>) {
    match value {
        Value::Object(object) => {
            if object.get("nullable").is_some_and(|nullable| nullable == true) && !object.contains_key("type") {
                let all = ["allOf", "anyOf", "oneOf"].iter().find_map(|keyword| object.shift_remove(*keyword));
                let mut all = all.and_then(|all| all.as_array().cloned()).unwrap_or_default();
                let found: Vec<_> = all.iter().map(|one| type_of(one, types)).collect();
                let common = found.first().filter(|first| found.iter().all(|other| other == *first)).cloned();
                let of = common.clone().unwrap_or_else(|| json!("object"));
                all.push(json!({ "type": of, "nullable": true, "enum": [Value::Null] }));
                match common {
                    Some(common) => object.insert("type".to_owned(), common),
                    None => object.shift_remove("nullable"),
                };
                object.insert("anyOf".to_owned(), json!(all));
            }
            object.values_mut().for_each(|value| null_or_reference(value, types));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| null_or_reference(item, types)),
        _ => {}
    }
}

fn type_of(schema: &Value, types: &BTreeMap<String, Value>) -> Value {
    let referred = schema.get("$ref").and_then(Value::as_str).and_then(|reference| types.get(reference));
    referred.or_else(|| schema.get("type")).cloned().unwrap_or_else(|| json!("object"))
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Drops the schemas of other formats, until every one that is left is referred to.
fn drop_unused(document: &mut Value) {
    loop {
        let mut used = BTreeSet::new();
        references(document, &mut used);
        let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
        let before = schemas.len();
        schemas.retain(|name, _| used.contains(&format!("{SCHEMAS}{name}")));
        if schemas.len() == before {
            return;
        }
    }
}

/// Names without the ending that tells formats apart, where no other schema has the shorter one.
fn plain_names(mut document: Value) -> Value {
    let Some(schemas) = document.pointer("/components/schemas").and_then(Value::as_object) else { return document };
    let mut taken: BTreeSet<String> = schemas.keys().cloned().collect();
    let mut renamed: Vec<(String, String)> = Vec::new();
    for name in schemas.keys() {
        for ending in ["BodyForm", "Form", "Body"] {
            if let Some(plain) = name.strip_suffix(ending)
                && !plain.is_empty()
                && taken.insert(plain.to_owned())
            {
                renamed.push((name.clone(), plain.to_owned()));
                break;
            }
        }
    }
    for (name, plain) in renamed {
        refer(&mut document, &format!("{SCHEMAS}{name}"), &format!("{SCHEMAS}{plain}"));
        if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut)
            && let Some(schema) = schemas.shift_remove(&name)
        {
            schemas.insert(plain, schema);
            schemas.sort_keys();
        }
    }
    document
}

fn refer(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Object(object) => {
            if object.get("$ref").is_some_and(|reference| reference == from) {
                object.insert("$ref".to_owned(), json!(to));
            }
            object.values_mut().for_each(|value| refer(value, from, to));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, from, to)),
        _ => {}
    }
}
