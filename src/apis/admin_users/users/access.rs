//! `PATCH api/v1/admin/users/{id}/access` (docs/spec/admin-users.md §1.1): makes a standard user an administrator, and
//! an administrator a standard user. A body is ignored.

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
    id: "toggleUserAccess",
    action: Action {
        method: "PATCH",
        templates: &["api/v1/admin/users/{id}/access"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Toggle a user's access",
    description: "Makes a standard user an administrator, and an administrator a standard user.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfString>("`Admin` or `Standard`: what the user is now.", Provenance::PublicDoc),
        INVALID_ADDRESS,
        unknown::<ResponseOfString>(),
    ],
    run: |call, values| Box::pin(toggle(call, values.into())),
    ..Operation::NEW
};

async fn toggle(call: Call, Arguments { id }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    let stored = find::<ResponseOfString>(&mut transaction, id)?;
    let mut user = stored.user.clone();
    let access = rules::toggle_access(&mut user);
    user.shared.modified_at = transaction.now();
    transaction.change(&stored, &user)?;
    transaction.commit_together().await?;
    Ok(Reply::ok(ResponseOfString::success(Some(user.shared.id), Some(access.to_owned()))))
}
