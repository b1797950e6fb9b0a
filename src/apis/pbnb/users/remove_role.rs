//! `DELETE v1/core/Accounts/{accId}/users/{usrId}/role` (the vendor's page of that name; docs/spec/pbnb.md §2).

use super::{ACCOUNT, ONE_ROLE, USER, find};
use crate::apis::pbnb::contract::AssignedRole;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::problem::Problem;
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        account: i32 = ACCOUNT,
        user: i32 = USER.example("2"),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "removeRole",
    action: Action {
        method: "DELETE",
        templates: &["v1/core/Accounts/{accId}/users/{usrId}/role"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Take the delegated-admin role away",
    description: "Takes the user's delegated-admin role away and answers which one it was.",
    provenance: Provenance::PublicDoc,
    answers: &[ONE_ROLE],
    run: |call, values| Box::pin(enveloped(remove(call, values.into()))),
    ..Operation::NEW
};

async fn remove(call: Call, Arguments { account, user: user_id }: Arguments) -> Result<AssignedRole, Failure> {
    let mut transaction = call.write().await?;
    let stored = find(&mut transaction, account, user_id)?;
    let mut user = stored.user.clone();
    let Some(role_id) = user.facet.role_id.take() else {
        return Err(Problem::NoRole(user_id).into());
    };
    user.shared.modified_at = transaction.now();
    transaction.change(&stored, &user)?;
    transaction.commit_together().await?;
    Ok(AssignedRole { role_id, user_id })
}
