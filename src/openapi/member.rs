//! A member of a class in a schema: which formats show it, whether it must be there, whether it may be null, and its
//! description and rules.

use super::schema::{prose, put};
use super::view::View;
use crate::codec::view::Nulls;
use crate::contract::{Kind, Member, Rule};
use serde_json::{Map, Value, json};

/// The pattern of a text that is not blank.
pub(super) const NOT_BLANK: &str = r"\S";

/// Whether a member must be there: in a request what `[Required]` demands, in an answer what the writer always writes.
pub(super) fn must_be_there(member: &Member, view: View) -> bool {
    let value = member.kind.is_non_nullable_value();
    match view.shown.nulls {
        _ if view.request => member.required && !(value && view.shown.defaults_count),
        Nulls::ValueTypes => value || matches!(member.kind, Kind::Nullable(_)),
        Nulls::Any | Nulls::None => !member.omit_null,
    }
}

/// Whether a member may be null.
pub(super) fn nullable(member: &Member, view: View, partial: bool) -> bool {
    let kind = &member.kind;
    match view.shown.nulls {
        _ if kind.is_non_nullable_value() || (view.request && member.required && !partial) => false,
        Nulls::ValueTypes => matches!(kind, Kind::Nullable(_)),
        Nulls::None => false,
        Nulls::Any => view.request || !member.omit_null,
    }
}

/// The schema, or null.
pub(super) fn or_null(schema: Value) -> Value {
    match schema.get("type").cloned() {
        Some(Value::String(name)) => {
            let mut schema = schema;
            put(&mut schema, "type", json!([name, "null"]));
            schema
        }
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

/// A member's own keywords: its description, whether it is read-only, and in requests its rules.
pub(super) fn annotate(schema: &mut Value, member: &Member, view: View) {
    put(schema, "description", json!(prose(member.doc)));
    if member.read_only {
        put(schema, "readOnly", json!(true));
    }
    if !view.request {
        // The server never validates its answers, and its seed data need not follow the rules.
        return;
    }
    if member.required && matches!(member.kind, Kind::String) {
        // `[Required]` also refuses a blank text.
        put(schema, "pattern", json!(NOT_BLANK));
    }
    for rule in member.rules {
        match rule {
            Rule::Pattern { text, .. } => put(schema, "pattern", json!(text)),
            Rule::EmailAddress => put(schema, "format", json!("email")),
            // Quirk: `[DataType]` validates nothing, so a `format` that clients enforce would be wrong (oracle:
            // va-email-bad).
            Rule::EmailDataType => put(schema, "x-data-type", json!("EmailAddress")),
            Rule::DocumentedOnly(keywords) => {
                let keywords: Map<String, Value> = serde_json::from_str(keywords).unwrap_or_default();
                keywords.into_iter().for_each(|(keyword, value)| put(schema, &keyword, value));
            }
        }
    }
}
