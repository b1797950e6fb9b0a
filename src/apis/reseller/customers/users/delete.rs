//! `DELETE /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}/users/{USER_ID}` (docs/spec/reseller.md §5.3,
//! §16.2): in the primary tenant the user is removed from every tenant, in another one it only leaves that one.

use super::OneUser;
use crate::apis::prelude::*;
use crate::apis::reseller::contract::Success;
use crate::apis::reseller::documented::{self, NO_CUSTOMER_USER, UNAUTHORIZED};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "deleteCustomerUser",
    action: Action {
        method: "DELETE",
        templates: &["v1.0/accounts/{accountTenantId}/customers/{customerTenantId}/users/{userId}"],
        parameters: OneUser::PARAMETERS,
    },
    summary: "Delete a user, or take it out of a customer",
    description: "In the user's primary tenant, removes the user from every tenant and deletes it. In another tenant, takes the \
                  user out of that tenant only.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<Success>("The user is gone from the customer.", Provenance::PublicDoc),
        documented::bad_request("An id is malformed."),
        UNAUTHORIZED,
        NO_CUSTOMER_USER,
    ],
    run: |call, values| Box::pin(delete(call, values.into())),
    ..Operation::NEW
};

async fn delete(call: Call, OneUser { account, customer, user: id }: OneUser) -> Outcome {
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let tenant = Tenant::customer(&mut transaction, account, customer)?;
    let stored = tenant.member(&mut transaction, id)?;
    tenant.remove(&mut transaction, &stored)?;
    transaction.commit_together().await?;
    Ok(view::ok(Success::at(now)))
}
