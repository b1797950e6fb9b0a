//! What a patch may reach, and what the patched user must still be (spec/reseller.md §5 and §15 #11 to #21).

use super::problem::Problem;
use crate::apis::Call;
use crate::contract::{Contracted, Kind};
use crate::patch::{Document, MALFORMED, Model, PatchError, Property};
use crate::state::{Membership, User};
use serde_json::{Value, json};
use uuid::Uuid;

/// The members that a patch can reach; `id` and `primaryTenant` count as absent (chosen, §15 #13).
static PATCHABLE: Model = Model {
    clr: "Reseller.User",
    properties: &[
        Property { name: "displayName", kind: Kind::String, writable: true },
        Property { name: "email", kind: Kind::String, writable: true },
        Property { name: "roles", kind: <Option<Vec<Option<String>>>>::KIND, writable: true },
    ],
};

/// The role keys of account users (spec/reseller.md §5.2).
pub const ROLES: [&str; 8] = [
    "account.user",
    "user.admin",
    "account.service.status",
    "account.storage.admin",
    "branding.admin",
    "customer.admin",
    "onboarding.admin",
    "webhooks.admin",
];

const DISPLAY_NAME_LIMIT: usize = 100;
const EMAIL_LIMIT: usize = 200;

/// Reads the body.
///
/// # Errors
/// With the framework's text for a body that is no patch document.
pub fn document(body: &str) -> Result<Document, Problem> {
    Document::parse(body.as_bytes()).map_err(|error| {
        // One message: the first, as everywhere in this API.
        Problem::Invalid(error.messages(&PATCHABLE).into_iter().next().unwrap_or_default())
    })
}

/// Applies a patch to a user as a member of one tenant. Nothing is changed when it fails.
///
/// # Errors
/// With the library's text, or the validation's.
pub fn apply(document: &Document, user: &mut User, tenant: Uuid) -> Result<(), Problem> {
    let mut target = json!({
        "displayName": user.display_name,
        "email": user.email,
        "roles": membership(user, tenant).map(|membership| membership.roles.clone()).unwrap_or_default(),
    });
    document.apply(&PATCHABLE, &mut target).map_err(refused)?;
    let text = |name: &str| target.get(name).and_then(Value::as_str).map(str::to_owned);
    let (display_name, email) = (text("displayName"), text("email"));
    let roles = roles(target.get("roles"))?;
    check_email(email.as_deref())?;
    check_display_name(display_name.as_deref())?;
    user.display_name = display_name;
    user.email = email;
    if let Some(membership) = membership_mut(user, tenant) {
        membership.roles = roles;
    }
    Ok(())
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

/// The roles of a patched user: null is empty, null elements are refused, repeated ones count once.
fn roles(value: Option<&Value>) -> Result<Vec<String>, Problem> {
    let mut roles: Vec<String> = Vec::new();
    for role in value.and_then(Value::as_array).into_iter().flatten() {
        let Some(role) = role.as_str() else {
            return Err(Problem::Invalid("The value '' is invalid for target location.".to_owned()));
        };
        if !ROLES.contains(&role) {
            return Err(Problem::Invalid(format!("The role '{role}' does not exist.")));
        }
        if !roles.iter().any(|known| known == role) {
            roles.push(role.to_owned());
        }
    }
    Ok(roles)
}

fn check_email(email: Option<&str>) -> Result<(), Problem> {
    let email = email.filter(|text| !text.trim().is_empty()).ok_or_else(|| required("Email"))?;
    let inside =
        email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if !inside {
        return Err(Problem::Invalid("The Email field is not a valid e-mail address.".to_owned()));
    }
    limited("Email", email, EMAIL_LIMIT)
}

fn check_display_name(name: Option<&str>) -> Result<(), Problem> {
    let name = name.filter(|text| !text.trim().is_empty()).ok_or_else(|| required("DisplayName"))?;
    limited("DisplayName", name, DISPLAY_NAME_LIMIT)
}

fn required(member: &str) -> Problem {
    Problem::Invalid(format!("The {member} field is required."))
}

fn limited(member: &str, text: &str, limit: usize) -> Result<(), Problem> {
    // .NET counts UTF-16 units.
    if text.encode_utf16().count() <= limit {
        return Ok(());
    }
    Err(Problem::Invalid(format!("The field {member} must be a string with a maximum length of {limit}.")))
}

/// Notes a replacement of all roles, the vendor's own warning.
pub fn advise(call: &Call, document: &Document, user: &User, tenant: Uuid) {
    if document.replaced_lists(&PATCHABLE).contains(&"roles") {
        let had = membership(user, tenant).map_or(0, |membership| membership.roles.len());
        let message =
            format!("replace on /roles takes every role that is not in the value from the user, who had {had}.");
        call.advise("patch.replaces-all-roles", message);
    }
}

fn membership(user: &User, tenant: Uuid) -> Option<&Membership> {
    user.reseller.as_ref()?.memberships.iter().find(|membership| membership.tenant == tenant)
}

fn membership_mut(user: &mut User, tenant: Uuid) -> Option<&mut Membership> {
    user.reseller.as_mut()?.memberships.iter_mut().find(|membership| membership.tenant == tenant)
}
