//! `PUT v1/core/Accounts/{accId}/users/{usrId}/role` (the vendor's page of that name; docs/spec/pbnb.md §2).

use super::{ACCOUNT, ONE_ROLE, USER, find};
use crate::apis::pbnb::contract::AssignedRole;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::Role;
use crate::apis::pbnb::problem::{self, Problem};
use crate::apis::pbnb::rules;
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        account: i32 = ACCOUNT,
        user: i32 = USER,
        role: Option<AssignedRole> =
            body("item", "The role, as `users/roles` lists it. UserID may be left out or repeat the address.").example(r#"{"RoleID": 2}"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "assignRole",
    action: Action {
        method: "PUT",
        templates: &["v1/core/Accounts/{accId}/users/{usrId}/role"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Assign the delegated-admin role",
    description: "Gives the user a delegated-admin role in place of any earlier one.",
    provenance: Provenance::PublicDoc,
    answers: &[ONE_ROLE],
    run: |call, values| Box::pin(enveloped(assign(call, values.into()))),
    ..Operation::NEW
};

async fn assign(call: Call, Arguments { account, user: user_id, role }: Arguments) -> Result<AssignedRole, Failure> {
    let Some(sent) = role else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    let stored = find(&mut transaction, account, user_id)?;
    let mut user = stored.user.clone();
    rules::agrees("UserID", sent.user_id, user_id)?;
    if transaction.item::<Role>(sent.role_id)?.is_none() {
        return Err(Problem::InvalidArgument("RoleID", "must be a role that users/roles lists").into());
    }
    user.facet.role_id = Some(sent.role_id);
    user.shared.modified_at = transaction.now();
    transaction.change(&stored, &user)?;
    transaction.commit_together().await?;
    Ok(AssignedRole { role_id: sent.role_id, user_id })
}
