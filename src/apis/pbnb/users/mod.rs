//! Users of an account, one endpoint a file, and the way from a stored user to the wire.

pub mod assign_role;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod paged;
pub mod patch;
pub mod remove_role;
pub mod roles;

use super::contract::{AssignedRole, Auth, ClientAccessTypes, PasswordInfo, ReturnOf, SsoInfo, Status, User};
use super::envelope::Failure;
use super::problem::Problem;
use super::rules::Expand;
use crate::apis::Call;
use crate::apis::operation::{AnswerContent, Documented, Provenance};
use crate::contract::{Contracted, Kind};
use crate::frameworks::webapi::{From, Parameter};
use crate::model;
use crate::store::{Stored, Transaction};

/// The account as the operations on all its users tell of it.
pub(super) const WHOLE_ACCOUNT: Parameter =
    Parameter { name: "accId", kind: Kind::Int32, from: From::Uri, doc: "The account's number." };
const ACCOUNT: Parameter =
    Parameter { name: "accId", kind: Kind::Int32, from: From::Uri, doc: "The account to look for the user in." };
const USER: Parameter = Parameter { name: "usrId", kind: Kind::Int32, from: From::Uri, doc: "The user's number." };
const EXPAND: Parameter = Parameter {
    name: "expand",
    kind: Kind::String,
    from: From::OptionalUri,
    doc: "`resourceIDs` fills ResourceIDs; anything else leaves it null.",
};

/// What the vendor's two pages on one user answer.
const ONE_USER: Documented = Documented {
    status: 200,
    when: "The user; or, with `Success` false, why the operation was not carried out.",
    content: AnswerContent::Value(ReturnOf::<User>::KIND),
    provenance: Provenance::Seed,
};

/// What the two operations on a user's role answer.
const ONE_ROLE: Documented = Documented {
    status: 200,
    when: "The role; or, with `Success` false, why the operation was not carried out.",
    content: AnswerContent::Value(ReturnOf::<AssignedRole>::KIND),
    provenance: Provenance::PublicDoc,
};

/// The user of an account, or why there is none.
fn find(transaction: &mut Transaction, account: i32, user: i32) -> Result<Stored, Failure> {
    if let Some(found) = transaction.pbnb_user(account, user)? {
        return Ok(found);
    }
    existing(transaction, account)?;
    Err(Problem::UserNotFound(user).into())
}

/// An account that is there.
pub(super) fn existing(transaction: &mut Transaction, account: i32) -> Result<model::PbnbAccount, Failure> {
    transaction.pbnb_account(account)?.ok_or_else(|| Problem::AccountNotFound(account).into())
}

/// A stored user as answers show it.
fn on_the_wire(call: &Call, user: model::User, expand: Expand) -> User {
    let status = Status(user.status());
    let facet = user.pbnb.unwrap_or_default();
    let limits = facet.max_denials.is_some() || facet.reset_period.is_some();
    let password_info = (limits || user.password.is_some()).then(|| PasswordInfo {
        password: call.shown(user.password),
        max_denials: facet.max_denials.unwrap_or_default(),
        reset_period: facet.reset_period.unwrap_or_default(),
    });
    let access = |number: i32| ClientAccessTypes(number);
    let resources = || facet.resource_ids.iter().map(|(number, id)| (access(*number), *id)).collect();
    User {
        id: facet.user_id,
        account_id: facet.account_id,
        username: user.username,
        email: user.email,
        status,
        auth: Auth(facet.auth),
        password_info,
        sso_info: facet.private_username.clone().map(|name| SsoInfo { private_username: Some(name) }),
        access_types: facet.access_types.clone().map(|types| types.into_iter().map(access).collect()),
        voucher_id: facet.voucher_id,
        resource_ids: (expand == Expand::ResourceIds).then(resources),
        provisioning_id: facet.provisioning_id,
    }
}
