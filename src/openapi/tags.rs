//! The tag of an operation (chosen): the resource that it is about, read from its address.

use crate::apis::Api;
use crate::apis::operation::Operation;
use serde_json::{Value, json};

/// Words of an address, the tag that they stand for, and its description.
const RESOURCES: &[(&[&str], &str, &str)] = &[
    (&["users", "user", "useradminapi"], "Users", "People, and what an account or a customer has of them."),
    (&["role", "roles"], "Roles", "What a user may do."),
    (&["accessgroups"], "Access groups", "Groups of users, and their members."),
    (&["customers"], "Customers", "The customers of a reseller's account."),
    (&["accounts"], "Accounts", "Accounts, with their defaults."),
];
const SIGN_IN: (&str, &str) = ("Sign-in", "Tokens, and what a client needs to know to get and to check one.");

/// The name and description of an operation's tag. The last word that is known decides; the API's own description stands
/// where none is.
pub(super) fn of(api: &Api, operation: &Operation, template: &str) -> (&'static str, &'static str) {
    if operation.anonymous || operation.form.is_some() {
        return SIGN_IN;
    }
    let known = |segment: &str| {
        let word = segment.to_ascii_lowercase();
        RESOURCES.iter().find(|(words, ..)| words.contains(&word.as_str())).map(|(_, tag, text)| (*tag, *text))
    };
    template.rsplit('/').find_map(known).unwrap_or((api.title, api.description))
}

/// The tags of an API's document, in the order of its operations.
pub(super) fn all(api: &Api) -> Vec<Value> {
    let mut tags: Vec<(&str, &str)> = Vec::new();
    for operation in api.operations {
        for template in operation.action.templates {
            let tag = of(api, operation, template);
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    tags.into_iter().map(|(name, description)| json!({ "name": name, "description": description })).collect()
}
