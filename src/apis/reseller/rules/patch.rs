//! The members that a patch may reach, and the check of the patched user or account (docs/spec/reseller.md §11, §15 #11
//! to #21).

use super::users::{check_display_name, check_email, roles};
use super::{accounts, customers};
use crate::apis::Call;
use crate::apis::arguments::Argument;
use crate::apis::reseller::contract::PatchOperation;
use crate::apis::reseller::facet::{Account, Customer, ResellerUser};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::tenant::Tenant;
use crate::contract::{Contracted, Kind, Value};
use crate::frameworks::json_patch::{Document, Exception, MALFORMED, Model, PatchError, Property};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// The members of a user that a patch can reach; `id` and `primaryTenant` count as absent (chosen,
/// docs/spec/reseller.md §15 #13).
pub static USER: Model = Model {
    clr_name: "Reseller.User",
    properties: &[
        Property { name: "displayName", kind: Kind::String, writable: true },
        Property { name: "email", kind: Kind::String, writable: true },
        Property { name: "roles", kind: <Option<Vec<Option<String>>>>::KIND, writable: true },
    ],
};

/// The members of an account that a patch can reach: those of a new one.
pub static ACCOUNT: Model = Model {
    clr_name: "Reseller.Account",
    properties: &[
        Property { name: "name", kind: Kind::String, writable: true },
        Property { name: "description", kind: Kind::String, writable: true },
        Property { name: "reference", kind: Kind::String, writable: true },
        Property { name: "enabled", kind: Kind::Bool, writable: true },
        Property { name: "timezone", kind: Kind::String, writable: true },
        Property { name: "countryCode", kind: Kind::String, writable: true },
    ],
};

/// The members of a customer that a patch can reach: those of a new one.
pub static CUSTOMER: Model = Model {
    clr_name: "Reseller.Customer",
    properties: &[
        Property { name: "name", kind: Kind::String, writable: true },
        Property { name: "description", kind: Kind::String, writable: true },
        Property { name: "reference", kind: Kind::String, writable: true },
        Property { name: "enabled", kind: Kind::Bool, writable: true },
        Property { name: "timezone", kind: Kind::String, writable: true },
        Property { name: "countryCode", kind: Kind::String, writable: true },
        Property { name: "sendNewUserEmail", kind: Kind::Bool, writable: true },
        Property { name: "sendConnectWelcomeEmail", kind: Kind::Bool, writable: true },
        Property { name: "trialDuration", kind: Kind::Int32, writable: true },
    ],
};

/// The body of a PATCH. It stays a text until the endpoint names the class to be patched, because the texts about a body
/// that is not a patch document contain its name.
#[derive(Debug)]
pub struct PatchBody(String);

impl Argument for PatchBody {
    const BOUND: Kind = <Option<Vec<PatchOperation>>>::KIND;

    fn from_bound(value: Value) -> PatchBody {
        PatchBody(Option::from_value(value).unwrap_or_default())
    }
}

impl PatchBody {
    /// Reads the document, with notes for the journal.
    ///
    /// # Errors
    /// With the framework's text for a body that is not a patch document.
    pub fn document(self, call: &Call, model: &Model) -> Result<Document, Problem> {
        let depth = call.depth();
        let document = Document::parse(self.0.as_bytes(), depth).map_err(|error| {
            // One message: the first, as everywhere in this API.
            Problem::Invalid(error.messages(model).into_iter().next().unwrap_or_default())
        })?;
        call.advise_all(document.notes().iter().cloned());
        Ok(document)
    }
}

/// Applies a patch to a user as a member of one tenant. Nothing is changed when it fails.
///
/// # Errors
/// With the library's text, or the validation's.
pub fn to_user(document: &Document, user: &mut ResellerUser, tenant: &Tenant) -> Result<(), Problem> {
    let had = user.facet.roles(tenant.id).to_vec();
    let mut target = json!({
        "displayName": user.shared.display_name,
        "email": user.shared.email,
        "roles": had,
    });
    document.apply(&USER, &mut target).map_err(refused)?;
    let (display_name, email) = (text(&target, "displayName"), text(&target, "email"));
    // Null is an empty list, null elements are refused (chosen, docs/spec/reseller.md §15 #16, #17).
    let listed = target.get("roles").and_then(Json::as_array).into_iter().flatten();
    let mut roles = roles(tenant.level, listed.map(Json::as_str), "The value '' is invalid for target location.")?;
    let lost = had.into_iter().filter(|role| tenant.level.keeps(role) && !roles.contains(role));
    roles.extend(lost.collect::<Vec<_>>());
    // Members that the patch leaves as they are may come from an API with other rules, and a client may write back
    // everything that it has read (chosen).
    if email != user.shared.email {
        check_email(email.as_deref())?;
    }
    if display_name != user.shared.display_name {
        check_display_name(display_name.as_deref())?;
    }
    user.shared.display_name = display_name;
    user.shared.email = email;
    if let Some(membership) = user.facet.memberships.iter_mut().find(|membership| membership.tenant == tenant.id) {
        membership.roles = roles;
    }
    Ok(())
}

/// Applies a patch to an account. Nothing is changed when it fails.
///
/// # Errors
/// With the library's text, or the validation's.
pub fn to_account(document: &Document, account: &mut Account) -> Result<(), Problem> {
    let mut target = json!({
        "name": account.name,
        "description": account.description,
        "reference": account.reference,
        "enabled": account.enabled,
        "timezone": account.timezone,
        "countryCode": account.country_code,
    });
    document.apply(&ACCOUNT, &mut target).map_err(refused)?;
    let patched = Account {
        name: text(&target, "name").unwrap_or_default(),
        description: text(&target, "description"),
        reference: text(&target, "reference"),
        enabled: target.get("enabled").and_then(Json::as_bool).unwrap_or(false),
        timezone: text(&target, "timezone"),
        country_code: text(&target, "countryCode"),
        ..account.clone()
    };
    accounts::check(&patched)?;
    *account = patched;
    Ok(())
}

/// Applies a patch to a customer. Nothing is changed when it fails.
///
/// # Errors
/// With the library's text, or the validation's.
pub fn to_customer(document: &Document, customer: &mut Customer) -> Result<(), Problem> {
    let mut target = json!({
        "name": customer.name,
        "description": customer.description,
        "reference": customer.reference,
        "enabled": customer.enabled,
        "timezone": customer.timezone,
        "countryCode": customer.country_code,
        "sendNewUserEmail": customer.send_new_user_email,
        "sendConnectWelcomeEmail": customer.send_connect_welcome_email,
        "trialDuration": customer.trial_duration,
    });
    document.apply(&CUSTOMER, &mut target).map_err(refused)?;
    let flag = |name: &str| target.get(name).and_then(Json::as_bool).unwrap_or(false);
    let days = target.get("trialDuration").and_then(Json::as_i64).and_then(|days| i32::try_from(days).ok());
    let patched = Customer {
        name: text(&target, "name").unwrap_or_default(),
        description: text(&target, "description"),
        reference: text(&target, "reference"),
        enabled: flag("enabled"),
        timezone: text(&target, "timezone"),
        country_code: text(&target, "countryCode"),
        send_new_user_email: flag("sendNewUserEmail"),
        send_connect_welcome_email: flag("sendConnectWelcomeEmail"),
        trial_duration: days.unwrap_or_default(),
        ..customer.clone()
    };
    customers::check(&patched)?;
    *customer = patched;
    Ok(())
}

fn text(target: &Json, name: &str) -> Option<String> {
    target.get(name).and_then(Json::as_str).map(str::to_owned)
}

/// chosen: where the genuine library ends in an unhandled exception, a 400 with the library's nearest text helps more
/// than the 500 (docs/spec/reseller.md §15 #20).
fn refused(error: PatchError) -> Problem {
    match error {
        PatchError::Refused(text) => Problem::Invalid(text),
        PatchError::Unhandled(Exception::ArgumentOutOfRange) => Problem::Invalid(
            "The index value provided by path segment '-' is out of bounds of the array size.".to_owned(),
        ),
        PatchError::Unhandled(_) => Problem::Invalid(MALFORMED.to_owned()),
    }
}

/// Notes a replacement of all roles, the vendor's own warning.
pub fn advise(call: &Call, document: &Document, user: &ResellerUser, tenant: Uuid) {
    if document.replaced_lists(&USER).contains(&"roles") {
        let had = user.facet.roles(tenant).len();
        let message =
            format!("replace on /roles takes every role that is not in the value from the user, who had {had}.");
        call.advise(super::REPLACES_ALL_ROLES, message);
    }
}
