//! What a patch may reach, and what the patched user or account must still be (spec/reseller.md §11 and §15 #11 to #21).

use super::users::{check_display_name, check_email, roles};
use super::{accounts, membership};
use crate::apis::Call;
use crate::apis::reseller::problem::Problem;
use crate::contract::{Contracted, Kind};
use crate::frameworks::json_patch::{Document, MALFORMED, Model, PatchError, Property};
use crate::model::{ResellerAccount, User};
use serde_json::{Value, json};
use uuid::Uuid;

/// The members of a user that a patch can reach; `id` and `primaryTenant` count as absent (chosen, §15 #13).
pub static USER: Model = Model {
    clr: "Reseller.User",
    properties: &[
        Property { name: "displayName", kind: Kind::String, writable: true },
        Property { name: "email", kind: Kind::String, writable: true },
        Property { name: "roles", kind: <Option<Vec<Option<String>>>>::KIND, writable: true },
    ],
};

/// The members of an account that a patch can reach: those that a new one brings.
pub static ACCOUNT: Model = Model {
    clr: "Reseller.Account",
    properties: &[
        Property { name: "name", kind: Kind::String, writable: true },
        Property { name: "description", kind: Kind::String, writable: true },
        Property { name: "reference", kind: Kind::String, writable: true },
        Property { name: "enabled", kind: Kind::Bool, writable: true },
        Property { name: "timezone", kind: Kind::String, writable: true },
        Property { name: "countryCode", kind: Kind::String, writable: true },
    ],
};

/// Reads the body, which may nest up to `depth`.
///
/// # Errors
/// With the framework's text for a body that is no patch document.
pub fn document(body: &str, model: &Model, depth: usize) -> Result<Document, Problem> {
    Document::parse_within(body.as_bytes(), depth).map_err(|error| {
        // One message: the first, as everywhere in this API.
        Problem::Invalid(error.messages(model).into_iter().next().unwrap_or_default())
    })
}

/// Applies a patch to a user as a member of one tenant. Nothing is changed when it fails.
///
/// # Errors
/// With the library's text, or the validation's.
pub fn to_user(document: &Document, user: &mut User, tenant: Uuid) -> Result<(), Problem> {
    let mut target = json!({
        "displayName": user.display_name,
        "email": user.email,
        "roles": membership(user, tenant).map(|membership| membership.roles.clone()).unwrap_or_default(),
    });
    document.apply(&USER, &mut target).map_err(refused)?;
    let (display_name, email) = (text(&target, "displayName"), text(&target, "email"));
    // Null is an empty list, null elements are refused (chosen, §15 #16 and #17).
    let listed = target.get("roles").and_then(Value::as_array).into_iter().flatten();
    let roles = roles(listed.map(Value::as_str), "The value '' is invalid for target location.")?;
    check_email(email.as_deref())?;
    check_display_name(display_name.as_deref())?;
    user.display_name = display_name;
    user.email = email;
    let mut memberships = user.reseller.iter_mut().flat_map(|facet| &mut facet.memberships);
    if let Some(membership) = memberships.find(|membership| membership.tenant == tenant) {
        membership.roles = roles;
    }
    Ok(())
}

/// Applies a patch to an account. Nothing is changed when it fails.
///
/// # Errors
/// With the library's text, or the validation's.
pub fn to_account(document: &Document, account: &mut ResellerAccount) -> Result<(), Problem> {
    let mut target = json!({
        "name": account.name,
        "description": account.description,
        "reference": account.reference,
        "enabled": account.enabled,
        "timezone": account.timezone,
        "countryCode": account.country_code,
    });
    document.apply(&ACCOUNT, &mut target).map_err(refused)?;
    let patched = ResellerAccount {
        name: text(&target, "name").unwrap_or_default(),
        description: text(&target, "description"),
        reference: text(&target, "reference"),
        enabled: target.get("enabled").and_then(Value::as_bool).unwrap_or(false),
        timezone: text(&target, "timezone"),
        country_code: text(&target, "countryCode"),
        ..account.clone()
    };
    accounts::check(&patched)?;
    *account = patched;
    Ok(())
}

fn text(target: &Value, name: &str) -> Option<String> {
    target.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// chosen: where the genuine library ends in an unhandled exception, a 400 with the library's nearest text helps more
/// than the 500 (spec/reseller.md §15 #20).
fn refused(error: PatchError) -> Problem {
    match error {
        PatchError::Refused(text) => Problem::Invalid(text),
        // `-` where there is no element.
        PatchError::Unhandled("ArgumentOutOfRangeException") => Problem::Invalid(
            "The index value provided by path segment '-' is out of bounds of the array size.".to_owned(),
        ),
        PatchError::Unhandled(_) => Problem::Invalid(MALFORMED.to_owned()),
    }
}

/// Notes a replacement of all roles, the vendor's own warning.
pub fn advise(call: &Call, document: &Document, user: &User, tenant: Uuid) {
    if document.replaced_lists(&USER).contains(&"roles") {
        let had = membership(user, tenant).map_or(0, |membership| membership.roles.len());
        let message =
            format!("replace on /roles takes every role that is not in the value from the user, who had {had}.");
        call.advise("patch.replaces-all-roles", message);
    }
}
