//! Users of an account, one endpoint per file, and the way from a stored user to the wire.

pub mod assign_role;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod paged;
pub mod patch;
pub mod remove_role;
pub mod roles;

use super::contract::{AssignedRole, PasswordInfo, ReturnOf, SsoInfo, User};
use super::envelope::Failure;
use super::facet::{Account, PbnbFacet, PbnbUser};
use super::problem::Problem;
use super::rules::Expand;
use crate::apis::prelude::*;
use crate::store::{Stored, Transaction};
use std::sync::Arc;

/// The account, as operations on all its users describe it.
pub(super) const WHOLE_ACCOUNT: Source = required("accId", "The account's number.").example("2");
const ACCOUNT: Source = required("accId", "The account to look for the user in.").example("2");
const USER: Source = required("usrId", "The user's number.").example("1");
const EXPAND: Source = optional(
    "expand",
    "`resourceIDs`, `true` or `1`, in any case and also as one of a list with commas, fills ResourceIDs; any other value \
     and none leave it null. `?expand=` without a value is refused with 400.",
)
.example("resourceIDs");

/// The answer that the vendor's two pages on one user document.
const ONE_USER: Documented = Documented::ok::<ReturnOf<User>>(
    "The user; or, with `Success` false, why the operation was not carried out.",
    Provenance::Seed,
);

/// The answer of the two operations on a user's role.
const ONE_ROLE: Documented = Documented::ok::<ReturnOf<AssignedRole>>(
    "The role; or, with `Success` false, why the operation was not carried out.",
    Provenance::PublicDoc,
);

/// The user of an account, or the problem that there is none.
pub(super) fn find(transaction: &mut Transaction, account: i32, user: i32) -> Result<Stored<PbnbFacet>, Failure> {
    if let Some(found) = transaction.find((account, user))? {
        return Ok(found);
    }
    existing(transaction, account)?;
    Err(Problem::UserNotFound(user).into())
}

/// An existing account, or the problem that there is none.
pub(super) fn existing(transaction: &mut Transaction, account: i32) -> Result<Arc<Account>, Failure> {
    transaction.item(account)?.ok_or_else(|| Problem::AccountNotFound(account).into())
}

/// A stored user as answers show it.
fn on_the_wire(call: &Call, user: PbnbUser, expand: Expand) -> User {
    let status = user.status();
    let PbnbUser { shared, facet } = user;
    let limits = facet.max_denials.is_some() || facet.reset_period.is_some();
    let password_info = (limits || shared.password.is_some()).then(|| PasswordInfo {
        password: call.shown(shared.password),
        max_denials: facet.max_denials.unwrap_or_default(),
        reset_period: facet.reset_period.unwrap_or_default(),
    });
    User {
        id: facet.user_id,
        account_id: facet.account_id,
        username: shared.username,
        email: shared.email,
        status,
        auth: facet.auth,
        password_info,
        sso_info: facet.private_username.map(|name| SsoInfo { private_username: Some(name) }),
        access_types: facet.access_types,
        voucher_id: facet.voucher_id,
        resource_ids: (expand == Expand::ResourceIds).then_some(facet.resource_ids.0),
        provisioning_id: facet.provisioning_id,
    }
}
