//! `GET /v1.0/accounts/{ACCOUNT_TENANT_ID}` (spec/reseller.md §7.1): one account. A deleted one is not found.

use crate::apis::operation::{Operation, Provenance};
use crate::apis::reseller::contract::AccountData;
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::view;
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getAccount",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts/{accountTenantId}"],
        parameters: &[documented::ACCOUNT],
    },
    summary: "Read an account",
    description: "One account of the enterprise. Members without a value are left out.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        documented::answer(200, "The account.", AccountData::KIND, Provenance::PublicDoc),
        documented::bad_request("The tenant id is malformed."),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    samples: &[],
    run: |call| Box::pin(get(call)),
};

async fn get(mut call: Call) -> Outcome {
    let tenant: Uuid = call.take(0);
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let Some(account) = transaction.reseller_account(tenant)? else { return Err(Problem::NotFound.at(now)) };
    Ok(view::ok(AccountData::at(now, Some(view::account(account)))))
}
