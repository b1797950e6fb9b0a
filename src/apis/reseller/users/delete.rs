//! `DELETE /v1.0/accounts/{ACCOUNT_TENANT_ID}/users/{USER_ID}` (docs/spec/reseller.md §6.5): in the primary tenant the
//! user is removed from every account, in another one it only leaves that one (docs/spec/reseller.md §5.3).

use crate::apis::prelude::*;
use crate::apis::reseller::contract::Success;
use crate::apis::reseller::documented::{self, NO_USER, UNAUTHORIZED};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        tenant: Uuid = documented::ACCOUNT,
        user: Uuid = documented::USER,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "deleteUser",
    action: Action {
        method: "DELETE",
        templates: &["v1.0/accounts/{accountTenantId}/users/{userId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Delete a user, or take it out of an account",
    description: "In the user's primary tenant, removes the user from every account and deletes it. In another tenant, \
                  takes the user out of that tenant only.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<Success>("The user is gone from the account.", Provenance::PublicDoc),
        documented::bad_request("An id is malformed."),
        UNAUTHORIZED,
        NO_USER,
    ],
    run: |call, values| Box::pin(delete(call, values.into())),
    ..Operation::NEW
};

async fn delete(call: Call, Arguments { tenant, user: id }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let tenant = Tenant::account(&mut transaction, tenant)?;
    let stored = tenant.member(&mut transaction, id)?;
    tenant.remove(&mut transaction, &stored)?;
    transaction.commit_together().await?;
    Ok(view::ok(Success::at(now)))
}
