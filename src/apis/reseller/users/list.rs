//! `GET /v1.0/accounts/{ACCOUNT_TENANT_ID}/users` (spec/reseller.md §6.1): every user of an account in the order of
//! creation, without roles. No paging is documented, so none happens (chosen, §15 #25).

use crate::apis::operation::{Operation, Provenance};
use crate::apis::reseller::contract::UserList;
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::view;
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getUsers",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts/{accountTenantId}/users"],
        parameters: &[documented::ACCOUNT],
    },
    summary: "List the users of an account",
    description: "Every user with a membership in the account, in the order of creation. List items carry no roles.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        documented::answer(200, "The users.", UserList::KIND, Provenance::PublicDoc),
        documented::bad_request("The tenant id is malformed."),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    samples: &[],
    run: |call| Box::pin(list(call)),
};

async fn list(mut call: Call) -> Outcome {
    let tenant: Uuid = call.take(0);
    let mut transaction = call.read().await?;
    let now = transaction.now();
    if !transaction.reseller_account_exists(tenant)? {
        return Err(Problem::NotFound.at(now));
    }
    let users: Vec<_> = transaction.reseller_users(tenant)?.into_iter().map(view::listed).collect();
    let count = i32::try_from(users.len()).unwrap_or(i32::MAX);
    Ok(view::ok(UserList::at(now, count, Some(users))))
}
