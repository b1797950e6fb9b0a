//! `GET /v1.0/accounts` (docs/spec/reseller.md §7.1): accounts by pages, the first being 0, in the order of creation.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::AccountPage;
use crate::apis::reseller::documented::{self, UNAUTHORIZED};
use crate::apis::reseller::facet::{Account, ResellerFacet};
use crate::apis::reseller::rules::accounts;
use crate::apis::reseller::view;
use crate::model::UserRecord;

arguments! {
    struct Arguments {
        index: Option<i32> = optional("pageIndex", "The page, the first being 0, which is the default.").example("0"),
        size: Option<i32> = optional("pageSize", "How many accounts a page has, 1000 by default and at most.").example("10"),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getAccounts",
    action: Action { method: "GET", templates: &["v1.0/accounts"], parameters: Arguments::PARAMETERS },
    summary: "List accounts",
    description: "The accounts of the enterprise by pages. page_size in the answer counts the accounts of this answer.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<AccountPage>("The accounts.", Provenance::PublicDoc),
        documented::bad_request("A number is malformed."),
        UNAUTHORIZED,
    ],
    grows_with_world: true,
    run: |call, values| Box::pin(list(call, values.into())),
    ..Operation::NEW
};

async fn list(call: Call, Arguments { index, size }: Arguments) -> Outcome {
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let page = accounts::page(index, size).map_err(|problem| problem.at(now))?;
    let mut accounts = transaction.items::<Account>(page)?;
    if let Some(member) = call.user().and_then(UserRecord::facet::<ResellerFacet>) {
        accounts.retain(|account| member.membership(account.id).is_some());
    }
    let accounts: Vec<_> = accounts.into_iter().map(view::account).collect();
    let count = i32::try_from(accounts.len()).unwrap_or(i32::MAX);
    Ok(view::ok(AccountPage::at(now, count, index.unwrap_or(0), Some(accounts))))
}
