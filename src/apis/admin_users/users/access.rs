//! `PATCH api/v1/admin/users/{id}/access` (spec/admin-users.md §1.1): makes a standard user an administrator, and an
//! administrator a standard user. Whatever body comes along is not looked at.

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
    id: "toggleUserAccess",
    action: Action { method: "PATCH", templates: &["api/v1/admin/users/{id}/access"], parameters: &[ID] },
    summary: "Toggle a user's access",
    description: "Makes a standard user an administrator, and an administrator a standard user.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        answered("`Admin` or `Standard`: what the user is now.", ResponseOfString::KIND, Provenance::PublicDoc),
        INVALID_ADDRESS,
        unknown(ResponseOfString::KIND),
    ],
    samples: &[],
    run: |call| Box::pin(toggle(call)),
};

async fn toggle(mut call: Call) -> Outcome {
    let id = call.take(0);
    let mut transaction = call.write().await?;
    let stored = find::<ResponseOfString>(&mut transaction, id)?;
    let mut user = stored.user.clone();
    let access = rules::toggle_access(&mut user);
    user.modified_at = transaction.now();
    transaction.change(&stored, &user)?;
    transaction.commit()?;
    Ok(Reply::ok(ResponseOfString::success(Some(user.id), Some(access.to_owned()))))
}
