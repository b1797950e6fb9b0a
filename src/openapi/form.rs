//! A class as form fields: flat, members of members after a dot, entries of dictionaries and lists of objects by index
//! (oracle: fm-nested-br, fm-arr-dup, fm-dict-kv).

use super::member::{annotate, must_be_there};
use super::schema::{Schemas, prose, put};
use super::view::View;
use crate::contract::{Kind, Member, ObjectType};
use serde_json::{Map, Value, json};

/// The limit on nesting, so that a class that contains itself ends.
const DEPTH: usize = 8;

/// The schema of a form that fills a class.
pub(super) fn body(schemas: &mut Schemas, object: &'static ObjectType, view: View) -> Value {
    let mut fields = Map::new();
    add_members(schemas, object, view, ("", DEPTH), &mut fields);
    let plan = object.plan();
    let members = plan.members.iter().filter(|member| object.partial.is_none() && must_be_there(member, view));
    let required: Vec<&str> = members.map(|member| member.name).collect();
    let description = prose(object.doc) + " Names ignore case; an empty field is null.";
    let mut schema = json!({ "type": "object", "description": description, "properties": fields });
    match required.is_empty() {
        // The framework treats a form without a field as no body.
        true => put(&mut schema, "minProperties", json!(1)),
        false => put(&mut schema, "required", json!(required)),
    }
    schema
}

fn add_members(
    schemas: &mut Schemas,
    object: &'static ObjectType,
    view: View,
    (prefix, depth): (&str, usize),
    fields: &mut Map<String, Value>,
) {
    let plan = object.plan();
    for member in (view.shown.members)(plan).into_iter().filter_map(|slot| plan.members.get(slot)) {
        let name = format!("{prefix}{}", member.name);
        add(schemas, (member, &member.kind), view, (name, depth), fields);
    }
}

fn add(
    schemas: &mut Schemas,
    (member, kind): (&Member, &Kind),
    view: View,
    (name, depth): (String, usize),
    fields: &mut Map<String, Value>,
) {
    let indexed = "Further ones have higher numbers, without a gap.";
    match kind.underlying() {
        _ if depth == 0 => {}
        Kind::Object(object) => add_members(schemas, object, view, (&format!("{name}."), depth - 1), fields),
        Kind::List(list) if matches!(list.item.underlying(), Kind::Object(_) | Kind::List(_) | Kind::Dictionary(_)) => {
            add(schemas, (member, &list.item), view, (format!("{name}[0]"), depth - 1), fields);
        }
        Kind::Dictionary(dictionary) => {
            let parts = [("Key", Kind::Enum(dictionary.key)), ("Value", dictionary.value)];
            for (part, kind) in parts {
                let mut schema = schemas.plain(&kind, view, 1);
                put(&mut schema, "description", json!(format!("{} {indexed}", prose(member.doc))));
                fields.insert(format!("{name}[0].{part}"), schema);
            }
        }
        scalars => {
            let mut schema = schemas.plain(scalars, view, 1);
            annotate(&mut schema, member, view);
            if matches!(scalars, Kind::List(_)) {
                // A list without items has no field.
                put(&mut schema, "minItems", json!(1));
            }
            fields.insert(name, schema);
        }
    }
}
