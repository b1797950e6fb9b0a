//! The rules of users: what a new one must contain, which roles it gets, and what happens to one that exists in another
//! tenant (docs/spec/reseller.md §5.3, §15 #6 to #12).

use super::roles::Level;
use super::{check_length, check_text};
use crate::apis::reseller::contract::{DISPLAY_NAME_LIMIT, EMAIL_LIMIT, NewUser};
use crate::apis::reseller::facet::{Membership, ResellerFacet, ResellerUser};
use crate::apis::reseller::problem::Problem;
use crate::contract::DateTime;
use crate::model::User;
use uuid::Uuid;

/// The members of a new user by themselves, which binding checks before any account is looked for.
///
/// # Errors
/// With the text of the first rule that is broken, the e-mail address before the name.
pub fn check(new: &NewUser) -> Result<(), Problem> {
    check_email(new.email.as_deref())?;
    check_display_name(new.display_name.as_deref())
}

/// The roles of a new user: those sent, and always website access, in front when it was not sent.
///
/// # Errors
/// For a key that does not exist, and for null.
pub fn granted(level: Level, sent: &[Option<String>]) -> Result<Vec<String>, Problem> {
    let mut roles = roles(level, sent.iter().map(Option::as_deref), "The value '' is invalid.")?;
    if !roles.iter().any(|role| role == level.website_access()) {
        roles.insert(0, level.website_access().to_owned());
    }
    Ok(roles)
}

/// A user that is new to this API, in one tenant.
pub fn create(shared: User, new: NewUser, tenant: Uuid, roles: Vec<String>) -> ResellerUser {
    ResellerUser {
        shared: User { email: new.email, display_name: new.display_name, ..shared },
        facet: ResellerFacet { primary_tenant: tenant, memberships: vec![Membership { tenant, roles }] },
    }
}

/// Adds a user of other tenants to one more; its name and its primary tenant stay (chosen,
/// docs/spec/reseller.md §15 #8).
///
/// # Errors
/// When it is a member already.
pub fn attach(user: &mut ResellerUser, tenant: Uuid, roles: Vec<String>, now: DateTime) -> Result<(), Problem> {
    if user.facet.membership(tenant).is_some() {
        return Err(Problem::UserAlreadyExists);
    }
    user.facet.memberships.push(Membership { tenant, roles });
    user.shared.modified_at = now;
    Ok(())
}

/// An e-mail address that a patch would give to a user must not be another member's (chosen,
/// docs/spec/reseller.md §15 #14: the same rule as on creation). The holder is the user with the address; of several,
/// one of the tenant.
///
/// # Errors
/// When it is another member's.
pub fn check_address_is_free(holder: Option<&ResellerUser>, user: Uuid, tenant: Uuid) -> Result<(), Problem> {
    match holder.filter(|holder| holder.shared.id != user && holder.facet.membership(tenant).is_some()) {
        Some(_) => Err(Problem::UserAlreadyExists),
        None => Ok(()),
    }
}

/// Takes a user out of one tenant; its other memberships stay.
pub fn detach(user: &mut ResellerUser, tenant: Uuid, now: DateTime) {
    user.facet.memberships.retain(|membership| membership.tenant != tenant);
    user.shared.modified_at = now;
}

/// Role keys, repeated ones counting once; null elements are refused with `null`.
pub(super) fn roles<'a>(
    level: Level,
    sent: impl Iterator<Item = Option<&'a str>>,
    null: &'static str,
) -> Result<Vec<String>, Problem> {
    let mut roles: Vec<String> = Vec::new();
    for role in sent {
        let role = role.ok_or_else(|| Problem::Invalid(null.to_owned()))?;
        if !level.knows(role) {
            return Err(Problem::Invalid(format!("The role '{role}' does not exist.")));
        }
        if !roles.iter().any(|known| known == role) {
            roles.push(role.to_owned());
        }
    }
    Ok(roles)
}

pub(super) fn check_email(email: Option<&str>) -> Result<(), Problem> {
    check_text("Email", email, usize::MAX)?;
    // The attribute of ASP.NET Core: one `@`, neither first nor last.
    let inside = email
        .and_then(|email| email.split_once('@'))
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if !inside {
        return Err(Problem::Invalid("The Email field is not a valid e-mail address.".to_owned()));
    }
    check_length("Email", email, EMAIL_LIMIT)
}

pub(super) fn check_display_name(name: Option<&str>) -> Result<(), Problem> {
    check_text("DisplayName", name, DISPLAY_NAME_LIMIT)
}
