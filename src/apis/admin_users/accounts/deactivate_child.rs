//! `DELETE api/v1/admin/accounts/{id}/children/{childrenID}` (docs/spec/admin-users.md §1.2, §15): deactivates a sub-account
//! of the account in the address.

use super::{INVALID, UNAUTHORIZED, find, unknown};
use crate::apis::admin_users::contract::{ResponseOfObject, SubAccountDeleteOptions};
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::admin_users::problem::{self, Problem};
use crate::apis::prelude::*;
use uuid::Uuid;

arguments! {
    struct Arguments {
        child: Uuid = required("childrenID", "The id of the sub-account.").example("6b2ba998-0fd5-4bf9-9072-826167eb0a09"),
        /// A text on the vendor's page.
        id: Option<String> = required("id", "The id of the account above it.")
            .example("5a1ca887-9ec4-4ae8-bf61-715056ea9e98"),
        options: Option<SubAccountDeleteOptions> = body("options", "What happens to its messages and sub-accounts.").example(r#"{"CancelPendingMessages": true, "TransferSubsChildAccounts": true}"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "deactivateChildAccount",
    action: Action {
        method: "DELETE",
        templates: &["api/v1/admin/accounts/{id}/children/{childrenID}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Deactivate a sub-account of an account",
    description: "As `DELETE api/v1/admin/accounts/{id}`, for a sub-account of the account in the address only.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfObject>("The account is deactivated.", Provenance::PublicDoc),
        INVALID,
        UNAUTHORIZED,
        unknown::<ResponseOfObject>(),
    ],
    run: |call, values| Box::pin(child(call, values.into())),
    ..Operation::NEW
};

async fn child(call: Call, Arguments { child, id, options }: Arguments) -> Outcome {
    let Some(options) = options else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    let account = find::<ResponseOfObject>(&mut transaction, child)?;
    let parent = id.and_then(|id| Uuid::try_parse(&id).ok());
    if parent.is_none() || account.parent_id != parent {
        return Err(Problem::AccountNotFound.within::<ResponseOfObject>());
    }
    super::deactivate::<ResponseOfObject>(&mut transaction, &account, options.transfer, options.delete)?;
    transaction.commit_together().await?;
    Ok(Reply::ok(ResponseOfObject::success(None, None)))
}
