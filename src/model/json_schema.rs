//! The JSON Schema of state documents, from the same declarations that read and write them.

use super::Schema;
use crate::contract::{ApiList, DefaultValue, EnumType, FacetType, StoredKind, StoredMember};
use serde_json::{Map, Value, json};

/// The place of definitions, to which the parts of a schema refer.
#[derive(Debug, Clone, Copy)]
pub struct SchemaPlace(&'static str);

impl SchemaPlace {
    /// The schemas of an OpenAPI document.
    pub const OPENAPI: SchemaPlace = SchemaPlace("#/components/schemas/");
    /// A schema that stands alone.
    pub const DEFINITIONS: SchemaPlace = SchemaPlace("#/$defs/");

    fn refer(self, name: &str) -> Value {
        json!({ "$ref": format!("{}{name}", self.0) })
    }
}

impl Schema {
    /// The schema of a state document, which stands alone (`usertwin schema`).
    #[must_use]
    pub fn json_schema(&self) -> Value {
        let place = SchemaPlace::DEFINITIONS;
        let mut document = self.document_schema(place);
        if let Value::Object(document) = &mut document {
            document.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
            document.insert("title".to_owned(), "usertwin state document".into());
            document.insert("$defs".to_owned(), Value::Object(self.definitions(place)));
        }
        document
    }

    /// `Document`, `User` and a facet of each API by its name, e.g. `AdminUsersFacet`.
    #[must_use]
    pub fn definitions(&self, place: SchemaPlace) -> Map<String, Value> {
        let mut definitions = Map::new();
        definitions.insert("User".to_owned(), self.user_schema(place));
        for facet in self.facets() {
            definitions.insert(facet_name(facet), record(facet.members, Some(facet.doc)));
        }
        definitions
    }

    /// A document.
    #[must_use]
    pub fn document_schema(&self, place: SchemaPlace) -> Value {
        let clock = json!({
            "type": "object",
            "properties": { "now": { "type": "string", "format": "date-time" }, "frozen": { "type": "boolean" } },
            "required": ["now"],
            "additionalProperties": false,
        });
        let mut members = Map::new();
        members.insert("$schema".to_owned(), json!({ "type": "string" }));
        members.insert("clock".to_owned(), json!({ "anyOf": [clock, { "type": "null" }] }));
        members.insert("users".to_owned(), json!({ "type": "array", "items": place.refer("User") }));
        for part in self.parts().iter().filter(|part| !part.lists.is_empty()) {
            let lists = part.lists.iter().map(|list| (list.name.to_owned(), list_schema(list)));
            members.insert(part.api.to_owned(), object(lists.collect(), &[], None));
        }
        let apis: Vec<&str> = self.api_names().collect();
        members.insert("tokens".to_owned(), tokens(&apis));
        members.insert("clients".to_owned(), clients(&apis));
        let doc = "Everything a world holds. Absent members take their defaults; unknown ones are errors.";
        object(members, &[], Some(doc))
    }

    fn user_schema(&self, place: SchemaPlace) -> Value {
        let text = json!({ "type": ["string", "null"] });
        let date = json!({ "type": "string", "format": "date-time" });
        let mut members = Map::new();
        for (name, schema) in [
            ("id", json!({ "type": "string", "format": "uuid" })),
            ("username", text.clone()),
            ("email", text.clone()),
            ("displayName", text.clone()),
            ("password", text),
            ("enabled", json!({ "type": "boolean" })),
            ("createdAt", date.clone()),
            ("modifiedAt", date),
        ] {
            members.insert(name.to_owned(), schema);
        }
        for facet in self.facets() {
            let schema = json!({ "anyOf": [place.refer(&facet_name(facet)), { "type": "null" }] });
            members.insert(facet.api.to_owned(), schema);
        }
        let doc = "A user as every API shares it; an API shows it exactly when it has that API's facet.";
        object(members, &[], Some(doc))
    }
}

/// The schema's name of a facet, e.g. `AdminUsersFacet`.
fn facet_name(facet: &FacetType) -> String {
    let mut letters = facet.api.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain("Facet".chars()).collect()
}

fn list_schema(list: &ApiList) -> Value {
    json!({ "type": "array", "items": record(list.members, Some(list.doc)) })
}

fn record(members: &[StoredMember], doc: Option<&str>) -> Value {
    let properties = members.iter().map(|member| (member.name.to_owned(), described(kind(member.kind), member.doc)));
    let required = members.iter().filter(|member| matches!(member.default, DefaultValue::Required));
    let required: Vec<&str> = required.map(|member| member.name).collect();
    object(properties.collect(), &required, doc)
}

fn object(properties: Map<String, Value>, required: &[&str], doc: Option<&str>) -> Value {
    let mut schema = json!({ "type": "object", "properties": properties });
    if let Value::Object(schema) = &mut schema {
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema.insert("additionalProperties".to_owned(), false.into());
    }
    described(schema, doc.unwrap_or_default())
}

fn described(mut schema: Value, doc: &str) -> Value {
    let doc = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    if let (Value::Object(schema), false) = (&mut schema, doc.is_empty()) {
        schema.entry("description").or_insert(doc.into());
    }
    schema
}

fn kind(kind: StoredKind) -> Value {
    match kind {
        StoredKind::Bool => json!({ "type": "boolean" }),
        StoredKind::Int => int32(),
        StoredKind::Text => json!({ "type": "string" }),
        StoredKind::Guid => json!({ "type": "string", "format": "uuid" }),
        StoredKind::Date => json!({ "type": "string", "format": "date-time" }),
        StoredKind::NamedEnum(names) => json!({ "type": "string", "enum": listed(names) }),
        StoredKind::Enum(names) => {
            let numbers: Vec<i32> = names.members.iter().map(|(_, number)| *number).collect();
            let unnamed = json!({
                "type": "integer", "format": "int32", "minimum": i32::MIN, "maximum": i32::MAX,
                "description": "A number without a name, which clients can store.",
                "not": { "enum": numbers },
            });
            json!({ "anyOf": [{ "type": "string", "enum": listed(names) }, unnamed] })
        }
        StoredKind::Flags(names) => json!({ "type": "array", "items": { "type": "string", "enum": names() } }),
        StoredKind::List(item) => json!({ "type": "array", "items": self::kind(*item) }),
        StoredKind::Map(names, value) => json!({
            "type": ["object", "null"],
            "propertyNames": { "pattern": format!("^({}|[+-]?[0-9]+)$", listed(names).join("|")) },
            "additionalProperties": self::kind(*value),
        }),
        StoredKind::Group(members) => record(members, None),
        StoredKind::Nullable(inner) => nullable(self::kind(*inner)),
    }
}

/// A schema that also accepts null.
fn nullable(mut schema: Value) -> Value {
    match schema.get_mut("type") {
        Some(Value::Array(types)) => {
            if !types.iter().any(|kind| kind == "null") {
                types.push("null".into());
            }
            schema
        }
        Some(kind) if kind.is_string() => {
            *kind = Value::Array(vec![kind.take(), "null".into()]);
            if let Some(Value::Array(values)) = schema.get_mut("enum") {
                values.push(Value::Null);
            }
            schema
        }
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

fn int32() -> Value {
    json!({ "type": "integer", "format": "int32", "minimum": i32::MIN, "maximum": i32::MAX })
}

fn listed(names: &EnumType) -> Vec<&'static str> {
    names.members.iter().map(|(name, _)| *name).collect()
}

fn tokens(apis: &[&str]) -> Value {
    let states = super::TokenState::ALL.map(super::TokenState::name);
    json!({ "type": "array", "items": {
        "type": "object",
        "properties": {
            "token": { "type": "string" },
            "state": { "type": "string", "enum": states },
            "apis": { "type": ["array", "null"], "items": { "type": "string", "enum": apis } },
            "expiresAt": { "type": ["string", "null"], "format": "date-time" },
            "client": { "type": ["string", "null"] },
            "user": { "type": ["string", "null"], "format": "uuid" },
            "passwordFingerprint": { "type": ["string", "null"] },
            "scope": { "type": ["string", "null"] },
        },
        "required": ["token"],
        "additionalProperties": false,
    } })
}

fn clients(apis: &[&str]) -> Value {
    json!({ "type": "array", "items": {
        "type": "object",
        "properties": {
            "api": { "type": "string", "enum": apis },
            "clientId": { "type": "string" },
            "clientSecret": { "type": "string" },
            "readOnly": { "type": "boolean" },
        },
        "required": ["api", "clientId", "clientSecret"],
        "additionalProperties": false,
    } })
}
