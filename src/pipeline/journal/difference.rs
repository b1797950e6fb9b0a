//! What a request changed, as readers see it: the difference between the users before and after, with secrets masked.

use super::{Entry, Secrets};
use serde_json::{Value, json};

impl Entry {
    /// `known` and the difference in the form of a world's; without it a sentence when more was changed than is kept.
    #[must_use]
    pub fn difference(&self, secrets: &Secrets) -> Value {
        let Some(diff) = self.changes.diff() else {
            return json!({
                "known": false,
                "message": "The request changed more users than the journal keeps; compare exports of the world.",
            });
        };
        let mut shown = json!({"known": true, "empty": diff.is_empty()});
        if let (Some(shown), Value::Object(diff)) = (shown.as_object_mut(), diff.to_json()) {
            shown.extend(diff);
        }
        if let Secrets::Masked(names) = secrets {
            mask(&mut shown, &|name| names.hides(name));
        }
        shown
    }
}

/// Masks the members of a secret's name, and the two values of a changed member whose path ends in one.
fn mask(value: &mut Value, hidden: &dyn Fn(&str) -> bool) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, hidden)),
        Value::Object(members) => {
            let changed = members.get("path").and_then(Value::as_str).and_then(|path| path.rsplit('.').next());
            let secret = changed.is_some_and(hidden);
            for (name, value) in members.iter_mut() {
                let of_secret = secret && matches!(&**name, "before" | "after");
                if !value.is_null() && (of_secret || hidden(name)) {
                    *value = json!("***");
                } else {
                    mask(value, hidden);
                }
            }
        }
        _ => {}
    }
}
