//! The object of the JSON Patch cases and what became of a document applied to it, as the cases record it.

use serde_json::{Map, Value, json};
use usertwin::contract::{Collection, Kind, ListType};
use usertwin::frameworks::json_patch::{Document, MAX_DEPTH, Model, PatchError, Property};

const TEXT_LIST: Kind = Kind::List(&ListType { item: Kind::String, collection: Collection::List });
const TEXT_ARRAY: Kind = Kind::List(&ListType { item: Kind::String, collection: Collection::Array });

const fn property(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, writable: true }
}

/// The class of the cases, which their texts call `U`.
pub const MODEL: Model = Model {
    clr_name: "U",
    properties: &[
        property("id", Kind::Guid),
        property("displayName", Kind::String),
        property("email", Kind::String),
        property("roles", TEXT_LIST),
        property("primaryTenant", Kind::Guid),
        property("num", Kind::Int32),
        property("opt", Kind::Nullable(&Kind::Int32)),
        property("flag", Kind::Bool),
        Property { name: "ro", kind: Kind::String, writable: false },
        property("arr", TEXT_ARRAY),
        property("nul", Kind::String),
        property("nulList", TEXT_LIST),
    ],
};

/// The object before any patch.
pub fn target() -> Value {
    json!({
        "id": "11111111-1111-1111-1111-111111111111",
        "displayName": "Ann",
        "email": "a@x.com",
        "roles": ["account.user", "user.admin"],
        "primaryTenant": "22222222-2222-2222-2222-222222222222",
        "num": 7,
        "opt": null,
        "flag": false,
        "ro": "ro",
        "arr": ["q"],
        "nul": null,
        "nulList": null,
    })
}

/// The outcome, with the changed members of a success or the texts of a refusal.
pub fn answer(body: &[u8]) -> Value {
    let document = match Document::parse(body, MAX_DEPTH) {
        Ok(document) => document,
        Err(error) => return json!({"outcome": "body-error", "messages": error.messages(&MODEL)}),
    };
    let (before, mut after) = (target(), target());
    match document.apply(&MODEL, &mut after) {
        Ok(()) => json!({"outcome": "ok", "changed": changed(&before, &after)}),
        Err(PatchError::Refused(message)) => json!({"outcome": "patch-error", "messages": [message]}),
        Err(PatchError::Unhandled(exception)) => {
            json!({"outcome": "unhandled-exception-500", "exception": exception.to_string()})
        }
    }
}

fn changed(before: &Value, after: &Value) -> Value {
    let members = after.as_object().into_iter().flatten();
    let different = members.filter(|(name, value)| before.get(name.as_str()) != Some(value));
    Value::Object(different.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
}
