//! `GET /v1.0/accounts/{ACCOUNT_TENANT_ID}/users/{USER_ID}` (spec/reseller.md §6.2): one user with the roles it has in
//! the account. A user of another account is not found.

use crate::apis::operation::{Operation, Provenance};
use crate::apis::reseller::contract::UserData;
use crate::apis::reseller::documented::{self, NO_USER, UNAUTHORIZED};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::view;
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;
use crate::store::Stored;
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getUser",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts/{accountTenantId}/users/{userId}"],
        parameters: &[documented::ACCOUNT, documented::USER],
    },
    summary: "Read a user",
    description: "One user of the account, with the roles it has there.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        documented::answer(200, "The user.", UserData::KIND, Provenance::PublicDoc),
        documented::bad_request("An id is malformed."),
        UNAUTHORIZED,
        NO_USER,
    ],
    samples: &[],
    run: |call| Box::pin(get(call)),
};

async fn get(mut call: Call) -> Outcome {
    let (tenant, id): (Uuid, Uuid) = (call.take(0), call.take(1));
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let Some(Stored { user, .. }) = transaction.reseller_user(tenant, id)? else {
        return Err(Problem::NotFound.at(now));
    };
    Ok(view::ok(UserData::at(now, Some(view::user(&user, tenant)))))
}
