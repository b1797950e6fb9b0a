//! `DELETE /v1.0/accounts/{ACCOUNT_TENANT_ID}/users/{USER_ID}` (spec/reseller.md §6.5): in the primary tenant the user is
//! removed from every account, in another one it only leaves that one (§5.3).

use crate::apis::operation::{Operation, Provenance};
use crate::apis::reseller::contract::Success;
use crate::apis::reseller::documented::{self, NO_USER, UNAUTHORIZED};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::rules::{self, users};
use crate::apis::reseller::view;
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;
use crate::model::Api;
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "deleteUser",
    action: Action {
        method: "DELETE",
        templates: &["v1.0/accounts/{accountTenantId}/users/{userId}"],
        parameters: &[documented::ACCOUNT, documented::USER],
    },
    summary: "Delete a user, or take it out of an account",
    description: "In the user's primary tenant, removes the user from every account and deletes it. In another tenant, \
                  takes the user out of that tenant only.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        documented::answer(200, "The user is gone from the account.", Success::KIND, Provenance::PublicDoc),
        documented::bad_request("An id is malformed."),
        UNAUTHORIZED,
        NO_USER,
    ],
    samples: &[],
    run: |call| Box::pin(delete(call)),
};

async fn delete(mut call: Call) -> Outcome {
    let (tenant, id): (Uuid, Uuid) = (call.take(0), call.take(1));
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let Some(stored) = transaction.reseller_user(tenant, id)? else { return Err(Problem::NotFound.at(now)) };
    let mut user = stored.user.clone();
    if rules::primary_tenant(&user) == tenant {
        // Other APIs may show the person still; this one forgets it.
        transaction.remove_facet(id, Api::Reseller)?;
    } else {
        users::detach(&mut user, tenant, now);
        transaction.change(&stored, &user)?;
    }
    transaction.commit()?;
    Ok(view::ok(Success::at(now)))
}
