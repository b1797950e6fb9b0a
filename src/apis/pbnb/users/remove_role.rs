//! `DELETE v1/core/Accounts/{accId}/users/{usrId}/role` (the vendor's page of that name; spec/pbnb.md §2).

use super::{ACCOUNT, ONE_ROLE, USER, find};
use crate::apis::Call;
use crate::apis::operation::{Operation, Provenance};
use crate::apis::pbnb::contract::AssignedRole;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::problem::Problem;
use crate::frameworks::webapi::Action;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "removeRole",
    action: Action {
        method: "DELETE",
        templates: &["v1/core/Accounts/{accId}/users/{usrId}/role"],
        parameters: &[ACCOUNT, USER],
    },
    summary: "Take the delegated-admin role away",
    description: "Takes the user's delegated-admin role away and answers which one it was.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[ONE_ROLE],
    samples: &[],
    run: |call| Box::pin(enveloped(remove(call))),
};

async fn remove(mut call: Call) -> Result<AssignedRole, Failure> {
    let (account, user_id) = (call.take(0), call.take(1));
    let mut transaction = call.write().await?;
    let stored = find(&mut transaction, account, user_id)?;
    let mut user = stored.user.clone();
    let Some(role_id) = user.pbnb.get_or_insert_default().role_id.take() else {
        return Err(Problem::NoRole(user_id).into());
    };
    user.modified_at = transaction.now();
    transaction.change(&stored, &user)?;
    transaction.commit()?;
    Ok(AssignedRole { role_id, user_id })
}
