//! `PUT v1/core/Accounts/{accId}/users/{usrId}/role` (the vendor's page of that name; spec/pbnb.md §2).

use super::{ACCOUNT, ONE_ROLE, USER, find};
use crate::apis::Call;
use crate::apis::operation::{Operation, Provenance};
use crate::apis::pbnb::contract::AssignedRole;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::problem::{self, Problem};
use crate::apis::pbnb::rules;
use crate::contract::Kind;
use crate::frameworks::webapi::{Action, From, Parameter};

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "assignRole",
    action: Action {
        method: "PUT",
        templates: &["v1/core/Accounts/{accId}/users/{usrId}/role"],
        parameters: &[
            ACCOUNT,
            USER,
            Parameter {
                name: "item",
                kind: Kind::Object(AssignedRole::CLASS),
                from: From::Body,
                doc: "The role, as `users/roles` lists it. UserID may be left out or repeat the address.",
            },
        ],
    },
    summary: "Assign the delegated-admin role",
    description: "Gives the user a delegated-admin role in place of any earlier one.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[ONE_ROLE],
    samples: &[],
    run: |call| Box::pin(enveloped(assign(call))),
};

async fn assign(mut call: Call) -> Result<AssignedRole, Failure> {
    let (account, user_id) = (call.take(0), call.take(1));
    let Some(sent) = call.take::<Option<AssignedRole>>(2) else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    let stored = find(&mut transaction, account, user_id)?;
    let mut user = stored.user.clone();
    rules::agrees("UserID", sent.user_id, user_id)?;
    if !transaction.pbnb_roles()?.iter().any(|role| role.id == sent.role_id) {
        return Err(Problem::InvalidArgument("RoleID", "must be a role that users/roles lists").into());
    }
    user.pbnb.get_or_insert_default().role_id = Some(sent.role_id);
    user.modified_at = transaction.now();
    transaction.change(&stored, &user)?;
    transaction.commit()?;
    Ok(AssignedRole { role_id: sent.role_id, user_id })
}
