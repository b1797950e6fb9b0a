//! A member of a class in a schema: which formats show it, whether it must be there, whether it may be null, and what it
//! says about itself.

use super::schema::{prose, put};
use super::view::View;
use crate::contract::{Kind, Member, Plan, Rule};
use crate::frameworks::webapi::Format;
use serde_json::{Map, Value, json};

/// The pattern of a text that is not blank.
pub(super) const NOT_BLANK: &str = r"\S";

/// The members that a format shows, in its order.
pub(super) fn slots(plan: &Plan, format: Format) -> Vec<usize> {
    match format {
        Format::Json(_) | Format::Bson => plan.json.clone(),
        Format::DataContractXml => plan.data_contract.clone(),
        Format::XmlSerializerXml | Format::Form => (0..plan.members.len()).collect(),
    }
}

/// Whether a member must be there: in a request what `[Required]` demands, in an answer what the writer always writes.
/// A missing `[Required]` value type passes in XML (oracle vx-no-enabled), where its default counts as sent.
pub(super) fn must_be_there(member: &Member, view: View) -> bool {
    let value = member.kind.is_non_nullable_value();
    match (view.request, view.format) {
        (true, Format::DataContractXml | Format::XmlSerializerXml) => member.required && !value,
        (true, _) => member.required,
        // XmlSerializer leaves null texts, objects and lists out.
        (false, Format::XmlSerializerXml) => value || matches!(member.kind, Kind::Nullable(_)),
        (false, _) => !member.omit_null,
    }
}

/// Whether a member may be null; in forms an empty field is, which is no null to a schema.
pub(super) fn nullable(member: &Member, view: View, partial: bool) -> bool {
    let kind = &member.kind;
    match view.format {
        _ if kind.is_non_nullable_value() || (view.request && member.required && !partial) => false,
        Format::XmlSerializerXml => matches!(kind, Kind::Nullable(_)),
        Format::Form => false,
        _ => view.request || !member.omit_null,
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

/// What a member says about itself: its sentence, whether it is read-only, and in requests its rules.
pub(super) fn annotate(schema: &mut Value, member: &Member, view: View) {
    put(schema, "description", json!(prose(member.doc)));
    if member.read_only {
        put(schema, "readOnly", json!(true));
    }
    if !view.request {
        // The server never validates what it answers, and holds what its seed data holds.
        return;
    }
    if member.required && matches!(member.kind, Kind::String) {
        // `[Required]` refuses a blank text, too.
        put(schema, "pattern", json!(NOT_BLANK));
    }
    for rule in member.rules {
        match rule {
            Rule::Pattern { text, .. } => put(schema, "pattern", json!(text)),
            Rule::EmailAddress => put(schema, "format", json!("email")),
            // quirk: `[DataType]` validates nothing, so a `format` that clients enforce would say too much
            // (oracle va-email-bad).
            Rule::EmailDataType => put(schema, "x-data-type", json!("EmailAddress")),
            Rule::Told(keywords) => {
                let keywords: Map<String, Value> = serde_json::from_str(keywords).unwrap_or_default();
                keywords.into_iter().for_each(|(keyword, value)| put(schema, &keyword, value));
            }
        }
    }
}
