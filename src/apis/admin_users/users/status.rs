//! `PATCH api/v1/admin/users/{id}/status` (docs/spec/admin-users.md §1.1): unlocks a user. A body is ignored.

use super::{ID, INVALID_ADDRESS, find, unknown};
use crate::apis::admin_users::contract::ResponseOfString;
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::admin_users::rules;
use crate::apis::prelude::*;
use uuid::Uuid;

arguments! {
    struct Arguments {
        id: Uuid = ID,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "unlockUser",
    action: Action {
        method: "PATCH",
        templates: &["api/v1/admin/users/{id}/status"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Unlock a user",
    description: "Unlocks a user, so that it can use the system. A user that is not locked stays as it is.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfString>("The user's status now: `Active` or `Disabled`.", Provenance::PublicDoc),
        INVALID_ADDRESS,
        unknown::<ResponseOfString>(),
    ],
    run: |call, values| Box::pin(unlock(call, values.into())),
    ..Operation::NEW
};

async fn unlock(call: Call, Arguments { id }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    let stored = find::<ResponseOfString>(&mut transaction, id)?;
    let mut user = stored.user.clone();
    if rules::unlock(&mut user) {
        user.shared.modified_at = transaction.now();
        transaction.change(&stored, &user)?;
        transaction.commit_together().await?;
    }
    let status = rules::status(&user).to_owned();
    Ok(Reply::ok(ResponseOfString::success(Some(user.shared.id), Some(status))))
}
