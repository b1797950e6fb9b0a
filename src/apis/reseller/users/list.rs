//! `GET /v1.0/accounts/{ACCOUNT_TENANT_ID}/users` (docs/spec/reseller.md §6.1): every user of an account in the order
//! of creation, without roles. No paging is documented, so none happens (chosen, docs/spec/reseller.md §15 #25).

use crate::apis::prelude::*;
use crate::apis::reseller::contract::UserList;
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        tenant: Uuid = documented::ACCOUNT,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getUsers",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts/{accountTenantId}/users"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "List the users of an account",
    description: "Every user with a membership in the account, in the order of creation. List items carry no roles.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<UserList>("The users.", Provenance::PublicDoc),
        documented::bad_request("The tenant id is malformed."),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    grows_with_world: true,
    run: |call, values| Box::pin(list(call, values.into())),
    ..Operation::NEW
};

async fn list(call: Call, Arguments { tenant }: Arguments) -> Outcome {
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let users = Tenant::account(&mut transaction, tenant)?.members(&mut transaction)?;
    let users: Vec<_> = users.into_iter().map(view::listed).collect();
    let count = i32::try_from(users.len()).unwrap_or(i32::MAX);
    Ok(view::ok(UserList::at(now, count, Some(users))))
}
