//! `PATCH api/v1/admin/users/{id}/status` (spec/admin-users.md §1.1): unlocks a user. Whatever body comes along is not
//! looked at.

use super::{ID, INVALID_ADDRESS, answered, find, unknown};
use crate::apis::admin_users::contract::ResponseOfString;
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::admin_users::rules;
use crate::apis::operation::{Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::{Action, Reply};

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "unlockUser",
    action: Action { method: "PATCH", templates: &["api/v1/admin/users/{id}/status"], parameters: &[ID] },
    summary: "Unlock a user",
    description: "Unlocks a user, so that it can use the system. A user that is not locked stays as it is.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        answered("The user's status now: `Active` or `Disabled`.", ResponseOfString::KIND, Provenance::PublicDoc),
        INVALID_ADDRESS,
        unknown(ResponseOfString::KIND),
    ],
    samples: &[],
    run: |call| Box::pin(unlock(call)),
};

async fn unlock(mut call: Call) -> Outcome {
    let id = call.take(0);
    let mut transaction = call.write().await?;
    let stored = find::<ResponseOfString>(&mut transaction, id)?;
    let mut user = stored.user.clone();
    if rules::unlock(&mut user) {
        user.modified_at = transaction.now();
        transaction.change(&stored, &user)?;
        transaction.commit()?;
    }
    let status = rules::status(&user).to_owned();
    Ok(Reply::ok(ResponseOfString::success(Some(user.id), Some(status))))
}
