//! A kind as JSON Schema. One class becomes up to one component per way of showing it: as answer or as request (in
//! which only `[Required]` members must be there), and per family of formats (JSON with enum names, JSON with enum
//! numbers, XML, form fields), because members, nullability and names differ between them.

use super::member::{annotate, must_be_there, nullable, or_null};
use super::view::{DEPTH, View};
use super::{form, json_patch, xml};
use crate::codec::EnumStyle;
use crate::codec::view::Layout;
use crate::contract::{EnumType, Kind, ObjectType, TypeName};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The component schemas of a document, made as they are needed.
#[derive(Debug)]
pub(super) struct Schemas {
    main_style: EnumStyle,
    components: Map<String, Value>,
    /// The plain names given out, by CLR name.
    names: BTreeMap<&'static str, String>,
}

impl Schemas {
    /// No components yet. Types in JSON with this style keep their plain names.
    pub(super) fn new(main_style: EnumStyle) -> Schemas {
        Schemas { main_style, components: Map::new(), names: BTreeMap::new() }
    }

    /// The components, sorted by name.
    pub(super) fn into_components(self) -> Map<String, Value> {
        let mut sorted: Vec<_> = self.components.into_iter().collect();
        sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
        sorted.into_iter().collect()
    }

    /// The schema of a whole body.
    pub(super) fn body(&mut self, kind: &Kind, view: View) -> Value {
        match (&view.shown.layout, kind.underlying()) {
            (Layout::Fields, Kind::Object(object)) => {
                let name = self.component_name(object, view);
                self.register(name, |schemas| form::body(schemas, object, view))
            }
            (Layout::Xml(names), underlying @ Kind::List(_)) => {
                let mut schema = self.plain(underlying, view, 1);
                xml::root(&mut schema, underlying, names);
                schema
            }
            (_, underlying) => self.plain(underlying, view, 1),
        }
    }

    /// The schema of a non-null value whose XML element is at this depth, the root being 1.
    pub(super) fn plain(&mut self, kind: &Kind, view: View, depth: usize) -> Value {
        match kind.underlying() {
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::Int32 => json!({ "type": "integer", "format": "int32" }),
            Kind::Guid => json!({ "type": "string", "format": "uuid" }),
            Kind::DateTime => json!({ "type": "string", "format": "date-time" }),
            Kind::Enum(enumeration) => self.enumeration(enumeration, view.enums),
            Kind::Object(object) => self.object(object, view, depth),
            Kind::List(list) => {
                let mut items = self.plain(&list.item, view, depth + 1);
                if let Layout::Xml(names) = &view.shown.layout {
                    xml::item(&mut items, &list.item, names);
                }
                json!({ "type": "array", "items": items })
            }
            Kind::Dictionary(dictionary) => {
                // Keys are names in every style.
                let key = self.enumeration(dictionary.key, EnumStyle::Names);
                match &view.shown.layout {
                    Layout::Xml(names) if names.entries => {
                        let value = self.plain(&dictionary.value, view, depth + 2);
                        xml::entries(dictionary, key, value, depth)
                    }
                    _ => {
                        let value = self.plain(&dictionary.value, view, depth + 1);
                        json!({ "type": "object", "propertyNames": key, "additionalProperties": value })
                    }
                }
            }
            // `underlying` never leaves a Nullable.
            Kind::String | Kind::Nullable(_) => json!({ "type": "string" }),
        }
    }

    fn enumeration(&mut self, enumeration: &'static EnumType, style: EnumStyle) -> Value {
        let plain = enumeration.name.rsplit('.').next().unwrap_or(enumeration.name);
        let plain = self.plain_name(enumeration.clr_name, plain);
        let names: Vec<&str> = enumeration.members.iter().map(|(name, _)| *name).collect();
        let numbers: Vec<i32> = enumeration.members.iter().map(|(_, number)| *number).collect();
        match style {
            EnumStyle::Numbers => self.register(format!("{plain}Number"), |_| {
                json!({
                    "type": "integer",
                    "format": "int32",
                    "description": "Requests may write the name instead.",
                    "enum": numbers,
                    "x-enum-varnames": names,
                })
            }),
            EnumStyle::Names => {
                self.register(plain, |_| json!({ "type": "string", "enum": names, "x-enum-numbers": numbers }))
            }
        }
    }

    fn object(&mut self, object: &'static ObjectType, view: View, depth: usize) -> Value {
        let view = view.family(object, self.main_style);
        let name = self.component_name(object, view);
        self.register(name, |schemas| schemas.class(object, view, depth))
    }

    fn class(&mut self, object: &'static ObjectType, view: View, depth: usize) -> Value {
        if object.clr_name == json_patch::CLR {
            return json_patch::operation();
        }
        let plan = object.plan();
        let mut properties = Map::new();
        let mut required = Vec::new();
        for slot in (view.shown.members)(plan) {
            let (Some(member), Some(owner)) = (plan.members.get(slot), plan.owners.get(slot)) else { continue };
            let mut schema = if depth < DEPTH { self.plain(&member.kind, view, depth + 1) } else { json!({}) };
            if nullable(member, view, object.partial.is_some()) {
                schema = or_null(schema);
            }
            if let Layout::Xml(names) = &view.shown.layout {
                xml::member(&mut schema, member, owner, names, depth + 1);
            }
            annotate(&mut schema, member, view);
            properties.insert(member.name.to_owned(), schema);
            if must_be_there(member, view) && object.partial.is_none() {
                required.push(member.name);
            }
        }
        let remark = match &view.shown.layout {
            Layout::Xml(names) => (names.remark)(object, view.request),
            Layout::Tree | Layout::Fields => String::new(),
        };
        let mut schema = json!({ "type": "object", "description": prose(object.doc) + &remark });
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("properties".to_owned(), Value::Object(properties));
            if !required.is_empty() {
                schema.insert("required".to_owned(), json!(required));
            }
        }
        if let Layout::Xml(names) = &view.shown.layout {
            xml::root(&mut schema, &Kind::Object(object), names);
        }
        schema
    }

    /// Makes a component unless it is there, and refers to it.
    pub(super) fn register(&mut self, name: String, make: impl FnOnce(&mut Schemas) -> Value) -> Value {
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        if !self.components.contains_key(&name) {
            // Taken before it is made, so that a class that contains itself refers to itself.
            self.components.insert(name.clone(), Value::Null);
            let schema = make(self);
            self.components.insert(name, schema);
        }
        reference
    }

    fn component_name(&mut self, object: &'static ObjectType, view: View) -> String {
        let plain = match object.name {
            TypeName::Plain(name) => name,
            TypeName::Generic(..) => object.plan().xml_serializer_name.as_str(),
        };
        let plain = self.plain_name(object.clr_name, plain);
        // A class that is a request by its own name needs another word.
        let request = match view.request {
            true if plain.ends_with("Request") => "Body",
            true => "Request",
            false => "",
        };
        let suffix = match (&view.shown.layout, view.enums) {
            (Layout::Xml(_), _) => "Xml",
            (Layout::Fields, _) => "Form",
            (Layout::Tree, style) if style == self.main_style => "",
            (Layout::Tree, EnumStyle::Names) => "Names",
            (Layout::Tree, EnumStyle::Numbers) => "Numbers",
        };
        format!("{plain}{request}{suffix}")
    }

    /// The wished name, or the CLR name where another type has the wished one.
    fn plain_name(&mut self, clr: &'static str, wished: &str) -> String {
        if let Some(known) = self.names.get(clr) {
            return known.clone();
        }
        let taken = self.names.values().any(|name| name == wished);
        let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' };
        let name = if taken { clr.chars().map(allowed).collect() } else { wished.to_owned() };
        self.names.insert(clr, name.clone());
        name
    }
}

/// Puts a keyword into a schema.
pub(super) fn put(schema: &mut Value, keyword: &str, value: Value) {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert(keyword.to_owned(), value);
    }
}

/// A doc comment as one paragraph.
pub(super) fn prose(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
