//! The framework's error dictionary: its schemas, and one as an example.

use crate::codec::untyped::{Entry, Untyped};
use crate::frameworks::webapi::HttpError;
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
