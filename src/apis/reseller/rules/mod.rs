//! What must be true of users and accounts, however they change: lengths and forms with the framework's own texts, role
//! keys, and who belongs where (spec/reseller.md §5, §12 and §15).

pub mod accounts;
pub mod patch;
pub mod users;

use super::problem::Problem;
use crate::model::{Membership, User};
use uuid::Uuid;

/// A user's membership in a tenant.
pub fn membership(user: &User, tenant: Uuid) -> Option<&Membership> {
    user.reseller.as_ref()?.memberships.iter().find(|membership| membership.tenant == tenant)
}

/// The tenant in which a user was first created.
pub fn primary_tenant(user: &User) -> Uuid {
    user.reseller.as_ref().map(|facet| facet.primary_tenant).unwrap_or_default()
}

/// Whether the user may change or leave for good through this tenant.
///
/// # Errors
/// With the vendor's problem for a tenant that is not the primary one.
pub fn check_primary(user: &User, tenant: Uuid) -> Result<(), Problem> {
    if primary_tenant(user) == tenant { Ok(()) } else { Err(Problem::TenantNotPrimary) }
}

/// `[Required]` and a maximum length; a blank text counts as none.
fn check_text(member: &str, text: Option<&str>, limit: usize) -> Result<(), Problem> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => check_length(member, Some(text), limit),
        None => Err(Problem::Invalid(format!("The {member} field is required."))),
    }
}

/// A maximum length, in UTF-16 units, as .NET counts.
fn check_length(member: &str, text: Option<&str>, limit: usize) -> Result<(), Problem> {
    if text.is_none_or(|text| text.encode_utf16().count() <= limit) {
        return Ok(());
    }
    Err(Problem::Invalid(format!("The field {member} must be a string with a maximum length of {limit}.")))
}
