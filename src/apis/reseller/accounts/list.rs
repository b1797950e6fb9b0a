//! `GET /v1.0/accounts` (spec/reseller.md §7.1): accounts by pages, the first being 0, in the order of creation.

use crate::apis::operation::{Operation, Provenance};
use crate::apis::reseller::contract::AccountPage;
use crate::apis::reseller::documented::{self, UNAUTHORIZED};
use crate::apis::reseller::rules::accounts;
use crate::apis::reseller::view;
use crate::apis::{Call, Outcome};
use crate::contract::{Contracted, Kind};
use crate::frameworks::webapi::{Action, From, Parameter};

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getAccounts",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts"],
        parameters: &[
            Parameter {
                name: "pageIndex",
                kind: Kind::Nullable(&Kind::Int32),
                from: From::OptionalUri,
                doc: "The page, the first being 0, which is the default.",
            },
            Parameter {
                name: "pageSize",
                kind: Kind::Nullable(&Kind::Int32),
                from: From::OptionalUri,
                doc: "How many accounts a page has, 1000 by default and at most.",
            },
        ],
    },
    summary: "List accounts",
    description: "The accounts of the enterprise by pages. page_size in the answer counts the accounts of this answer.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        documented::answer(200, "The accounts.", AccountPage::KIND, Provenance::PublicDoc),
        documented::bad_request("A number is malformed."),
        UNAUTHORIZED,
    ],
    samples: &[],
    run: |call| Box::pin(list(call)),
};

async fn list(mut call: Call) -> Outcome {
    let (index, size): (Option<i32>, Option<i32>) = (call.take(0), call.take(1));
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let (offset, limit) = accounts::page(index, size).map_err(|problem| problem.at(now))?;
    let accounts = transaction.reseller_accounts(offset, limit)?;
    let accounts: Vec<_> = accounts.into_iter().map(view::account).collect();
    let count = i32::try_from(accounts.len()).unwrap_or(i32::MAX);
    Ok(view::ok(AccountPage::at(now, count, index.unwrap_or(0), Some(accounts))))
}
