//! The invariants of users and accounts, however they change: lengths and forms with the framework's own texts, role
//! keys, and who belongs where (docs/spec/reseller.md §5, §12, §15).

pub mod accounts;
pub mod callers;
pub mod customers;
pub mod patch;
pub mod roles;
pub mod users;

use super::facet::ResellerUser;
use super::problem::Problem;
use crate::codec::Advice;
use uuid::Uuid;

/// A JSON Patch `replace` takes away every role that is not in its value.
pub const REPLACES_ALL_ROLES: Advice = Advice::OfApi("patch.replaces-all-roles");

/// An existing user becomes a member of another account; the name that was sent is not applied.
pub const EXISTING_USER_ATTACHED: Advice = Advice::OfApi("reseller.existing-user-attached");

/// A user gets a role whose key has the right form and that no page of the vendor prints.
pub const ROLE_NOT_PUBLISHED: Advice = Advice::OfApi("reseller.role-not-published");

/// Whether the user may change or leave for good through this tenant.
///
/// # Errors
/// With the vendor's problem for a tenant that is not the primary one.
pub fn check_primary(user: &ResellerUser, tenant: Uuid) -> Result<(), Problem> {
    if user.facet.primary_tenant == tenant { Ok(()) } else { Err(Problem::TenantNotPrimary) }
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
