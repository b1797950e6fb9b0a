//! `GET /v1.0/accounts/{ACCOUNT_TENANT_ID}` (docs/spec/reseller.md §7.1): one account. A deleted one is not found.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::AccountData;
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
    id: "getAccount",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts/{accountTenantId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Read an account",
    description: "One account of the enterprise. Members without a value are left out.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<AccountData>("The account.", Provenance::PublicDoc),
        documented::bad_request("The tenant id is malformed."),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    run: |call, values| Box::pin(get(call, values.into())),
    ..Operation::NEW
};

async fn get(call: Call, Arguments { tenant }: Arguments) -> Outcome {
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let Some(account) = transaction.item::<Account>(tenant)? else { return Err(Problem::NotFound.at(now)) };
    Ok(view::ok(AccountData::at(now, Some(view::account(Account::clone(&account))))))
}
