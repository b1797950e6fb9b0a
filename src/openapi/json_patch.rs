//! The operation of a JSON Patch document. Its `value` is any JSON, which no kind of a contract expresses, so its
//! schema is written out.

use serde_json::{Value, json};

/// The CLR class of an operation.
pub(super) const CLR: &str = crate::frameworks::PATCH_OPERATION;

/// The schema of one operation.
pub(super) fn operation() -> Value {
    json!({
        "type": "object",
        "description": "One operation of a JSON Patch document (RFC 6902), in the dialect of .NET's library: names and \
                        paths ignore case.",
        "properties": {
            "op": { "type": "string", "enum": ["add", "remove", "replace", "move", "copy", "test"] },
            "path": { "type": "string", "description": "The property, e.g. `/displayName` or `/roles/-`." },
            "from": { "type": ["string", "null"], "description": "The source of move and copy." },
            "value": { "description": "The value of add, replace and test; absent counts as null." },
        },
        "required": ["op", "path"],
        "if": { "properties": { "op": { "enum": ["move", "copy"] } } },
        "then": { "required": ["from"], "properties": { "from": { "type": "string" } } },
    })
}
