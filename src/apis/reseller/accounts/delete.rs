//! `DELETE /v1.0/accounts/{ACCOUNT_TENANT_ID}` (spec/reseller.md §7.1): the account is deactivated and flagged for
//! deletion. From then on it is not found (chosen, §15 #26); its users stay members of their other accounts.

use crate::apis::operation::{Operation, Provenance};
use crate::apis::reseller::contract::Success;
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::view;
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "deleteAccount",
    action: Action {
        method: "DELETE",
        templates: &["v1.0/accounts/{accountTenantId}"],
        parameters: &[documented::ACCOUNT],
    },
    summary: "Delete an account",
    description: "Deactivates the account and flags it for deletion.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        // The vendor prints no success; the one of a user's deletion stands in.
        documented::answer(200, "The account is gone.", Success::KIND, Provenance::Chosen),
        documented::bad_request("The tenant id is malformed."),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    samples: &[],
    run: |call| Box::pin(delete(call)),
};

async fn delete(mut call: Call) -> Outcome {
    let tenant: Uuid = call.take(0);
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let Some(mut account) = transaction.reseller_account(tenant)? else { return Err(Problem::NotFound.at(now)) };
    (account.enabled, account.deleted) = (false, true);
    transaction.save_reseller_account(&account)?;
    transaction.commit()?;
    Ok(view::ok(Success::at(now)))
}
