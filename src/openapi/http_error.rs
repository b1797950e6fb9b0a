//! The framework's error dictionary: its schemas, one as JSON, and one invalid model state as an example: the
//! framework's text when a required member is missing, or else when a value of the address cannot be read.

use crate::codec::untyped::{Entry, Untyped};
use crate::contract::{Kind, Member, ObjectType};
use crate::frameworks::webapi::{BindFrom, HttpError, ModelError, ModelState, Parameter};
use serde_json::{Map, Value, json};

/// The framework's error dictionary in JSON and BSON.
pub(super) fn schema() -> Value {
    json!({
        "type": "object",
        "description": "The framework's error.",
        "properties": {
            "Message": { "type": "string", "description": "What went wrong." },
            "MessageDetail": { "type": "string", "description": "More of it; only with error details on." },
            "ModelState": {
                "type": "object",
                "description": "What could not be bound or is not valid: messages by member path.",
                "additionalProperties": { "type": "array", "items": { "type": "string" } },
            },
        },
        "required": ["Message"],
    })
}

/// The framework's error dictionary in XML.
pub(super) fn xml_schema() -> Value {
    json!({
        "type": "object",
        "description": "The framework's error.",
        "properties": {
            "Message": { "type": "string", "description": "What went wrong." },
            "MessageDetail": { "type": "string", "description": "More of it; only with error details on." },
            "ModelState": {
                "type": "object",
                "description": "What could not be bound or is not valid: an element per member path, what XML names \
                                cannot hold written `_xHHHH_`; several messages are joined by a space.",
                "additionalProperties": { "type": "string" },
            },
        },
        "required": ["Message"],
        "xml": { "name": "Error" },
    })
}

/// An error as JSON.
pub(super) fn value(error: &HttpError) -> Value {
    dictionary(&error.0)
}

fn dictionary(untyped: &Untyped) -> Value {
    let value = |entry: &Entry| match entry {
        Entry::Null => Value::Null,
        Entry::Text(text) => json!(text),
        Entry::Texts(texts) => json!(texts),
        Entry::Nested(nested) => dictionary(nested),
    };
    untyped.0.iter().map(|(name, entry)| (name.clone(), value(entry))).collect::<Map<_, _>>().into()
}

/// The example for an action with these parameters; `None` when neither can happen.
pub(super) fn example(parameters: &[Parameter]) -> Option<HttpError> {
    let (key, message) = parameters.iter().find_map(missing).or_else(|| parameters.iter().find_map(unreadable))?;
    let mut state = ModelState::default();
    state.add(&key, ModelError { message, exception: false });
    Some(HttpError::invalid(&state, false))
}

fn missing(parameter: &Parameter) -> Option<(String, String)> {
    if parameter.from != BindFrom::Body {
        return None;
    }
    let (object, item) = object_of(&parameter.kind)?;
    if object.partial.is_some() {
        return None;
    }
    let plan = object.plan();
    // Only reference types: a missing value type is an error of the JSON reader, under another key.
    let must = |member: &&&Member| member.required && !member.kind.is_non_nullable_value();
    let member = plan.validation.iter().filter_map(|slot| plan.members.get(*slot)).find(must)?;
    Some((format!("{}{item}.{}", parameter.name, member.name), format!("The {} field is required.", member.name)))
}

/// The class of a body, and the index of its first item when it is a list.
fn object_of(kind: &Kind) -> Option<(&'static ObjectType, &'static str)> {
    match kind.underlying() {
        Kind::Object(object) => Some((object, "")),
        Kind::List(list) => object_of(&list.item).map(|(object, _)| (object, "[0]")),
        _ => None,
    }
}

fn unreadable(parameter: &Parameter) -> Option<(String, String)> {
    let value_type = parameter.from == BindFrom::Uri && parameter.kind.is_non_nullable_value();
    let message = || format!("The value 'abc' is not valid for {}.", parameter.kind.clr_short_name());
    value_type.then(|| (parameter.name.to_owned(), message()))
}
