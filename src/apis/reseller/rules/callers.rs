//! Which accounts a caller reaches, and what its roles allow there (docs/spec/reseller.md §2, §5.2). A client acts for its
//! enterprise and reaches the enterprise's accounts. A user who signed in reaches the accounts it is a member of, and
//! changes users where it has the role for that; the vendor documents what the roles are for and no refusal, so what is
//! out of reach is not found (chosen, docs/spec/reseller.md §15 #3).

use crate::apis::authentication::{Attempt, Denial};
use crate::apis::reseller::facet::{Account, Membership, ResellerFacet};
use crate::apis::reseller::view::ENTERPRISE;
use crate::contract::Value;
use crate::model::UserRecord;
use crate::store::{StoreError, Transaction};
use uuid::Uuid;

/// The role of users who may manage other users.
const MANAGES_USERS: &str = "user.admin";

/// Whether a caller may do what a request wants.
///
/// # Errors
/// The outer error is the store's, the inner the denial.
pub fn permits(attempt: &Attempt<'_>, transaction: &mut Transaction) -> Result<Result<(), Denial>, StoreError> {
    let tenant = match attempt.argument("accountTenantId") {
        Some(Value::Guid(tenant)) => Some(*tenant),
        _ => None,
    };
    match attempt.user().and_then(UserRecord::facet::<ResellerFacet>) {
        Some(user) => Ok(member(attempt, &user, tenant)),
        None => enterprise(tenant, transaction),
    }
}

fn member(attempt: &Attempt<'_>, user: &ResellerFacet, tenant: Option<Uuid>) -> Result<(), Denial> {
    let changes = attempt.operation().action.method != "GET";
    let Some(tenant) = tenant else {
        // The list of accounts shows those of the user only; new ones are made by the enterprise.
        return if changes { Err(Denial::OtherAccount) } else { Ok(()) };
    };
    let membership = user.membership(tenant).ok_or(Denial::OtherAccount)?;
    let of_users = attempt.operation().action.templates.iter().any(|template| template.contains("/users"));
    if changes && of_users && !manages_users(membership) { Err(Denial::RoleMissing) } else { Ok(()) }
}

fn manages_users(membership: &Membership) -> bool {
    membership.roles.iter().any(|role| role == MANAGES_USERS)
}

fn enterprise(tenant: Option<Uuid>, transaction: &mut Transaction) -> Result<Result<(), Denial>, StoreError> {
    let Some(tenant) = tenant else { return Ok(Ok(())) };
    let parent = transaction.item::<Account>(tenant)?.and_then(|account| account.parent_tenant);
    Ok(if parent.is_none_or(|parent| parent == ENTERPRISE) { Ok(()) } else { Err(Denial::OtherAccount) })
}
