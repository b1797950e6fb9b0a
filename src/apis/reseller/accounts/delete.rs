//! `DELETE /v1.0/accounts/{ACCOUNT_TENANT_ID}` (docs/spec/reseller.md §7.1): the account is deactivated and flagged for
//! deletion. From then on it is not found (chosen, docs/spec/reseller.md §15 #26); its users stay members of their
//! other accounts.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::Success;
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::facet::Account;
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        tenant: Uuid = documented::ACCOUNT,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "deleteAccount",
    action: Action {
        method: "DELETE",
        templates: &["v1.0/accounts/{accountTenantId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Delete an account",
    description: "Deactivates the account and flags it for deletion.",
    provenance: Provenance::PublicDoc,
    answers: &[
        // The vendor prints no success; this is the one of a user's deletion.
        Documented::ok::<Success>("The account is gone.", Provenance::Chosen),
        documented::bad_request("The tenant id is malformed."),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    run: |call, values| Box::pin(delete(call, values.into())),
    ..Operation::NEW
};

async fn delete(call: Call, Arguments { tenant }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let Some(account) = transaction.item::<Account>(tenant)? else { return Err(Problem::NotFound.at(now)) };
    transaction.save_item(&Account { enabled: false, deleted: true, ..Account::clone(&account) })?;
    transaction.commit_together().await?;
    Ok(view::ok(Success::at(now)))
}
