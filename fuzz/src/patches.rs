//! Checks patches: a refusal has a text and changes nothing, a success leaves an object of the same class, and the same
//! document does the same again.

#[allow(dead_code, reason = "the conformance example asks for more")]
#[path = "../../tests/it/application/json_patch.rs"]
mod cases;

use crate::memory;
use serde_json::{Value, json};
use usertwin::apis::reseller::rules::patch::{ACCOUNT, USER};
use usertwin::contract::Kind;
use usertwin::frameworks::json_patch::{Document, MAX_DEPTH, Model, PatchError};

/// Reads bytes as a patch and applies it to each class.
///
/// # Panics
/// When something does not hold.
pub fn check(data: &[u8]) {
    let user = json!({"displayName": "Ann", "email": "a@x.com", "roles": ["account.user", null, "user.admin"]});
    let account = json!({"name": "Ann", "description": null, "reference": "", "enabled": true, "timezone": "UTC"});
    let classes = [(&USER, user), (&ACCOUNT, account), (&cases::MODEL, cases::target())];
    let document = match memory::bounded(data, || Document::parse(data, MAX_DEPTH)) {
        Ok(document) => document,
        Err(error) => {
            for (model, _) in classes {
                let messages = error.messages(model);
                assert!(!messages.is_empty() && messages.iter().all(|message| !message.trim().is_empty()), "{error:?}");
            }
            return;
        }
    };
    for (model, target) in classes {
        let mut patched = target.clone();
        let applied = memory::bounded(data, || document.apply(model, &mut patched));
        match &applied {
            Ok(()) => check_class(model, &patched),
            Err(error) => {
                let text = error.to_string();
                assert!(!text.trim().is_empty() && patched == target, "{error:?}: {patched}");
                assert!(matches!(error, PatchError::Refused(_)) || !text.contains(' '), "{text} is no exception");
            }
        }
        let mut again = target;
        assert_eq!(document.apply(model, &mut again), applied);
        assert_eq!(again, patched);
        for name in document.replaced_lists(model) {
            assert!(model.properties.iter().any(|property| property.name == name), "{name}");
        }
    }
}

/// Every member is one of the class and of its kind; one that cannot be written keeps its value.
fn check_class(model: &Model, patched: &Value) {
    let members = patched.as_object().expect("an object stays one");
    for (name, value) in members {
        let property = model.properties.iter().find(|property| property.name == name);
        let property = property.unwrap_or_else(|| panic!("'{name}' is no property"));
        assert!(fits(value, &property.kind), "'{name}' holds {value}");
        assert!(property.writable || *value == cases::target()[name], "'{name}' has changed");
    }
}

fn fits(value: &Value, kind: &Kind) -> bool {
    match (value, kind) {
        (Value::Null, kind) => !kind.is_non_nullable_value(),
        (value, Kind::Nullable(inner)) => fits(value, inner),
        (Value::String(_), Kind::String) | (Value::Bool(_), Kind::Bool) => true,
        (Value::String(text), Kind::Guid) => uuid::Uuid::try_parse(text).is_ok(),
        (Value::Number(number), Kind::Int32) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        (Value::Array(items), Kind::List(list)) => items.iter().all(|item| fits(item, &list.item)),
        _ => false,
    }
}
