//! `DELETE /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}` (docs/spec/reseller.md §16.1): the customer is
//! deactivated and flagged for deletion. From then on it is not found, as an account (chosen).

use crate::apis::prelude::*;
use crate::apis::reseller::contract::Success;
use crate::apis::reseller::documented::{self, NO_CUSTOMER, UNAUTHORIZED};
use crate::apis::reseller::facet::Customer;
use crate::apis::reseller::tenant::find_customer;
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        account: Uuid = documented::ACCOUNT,
        customer: Uuid = documented::CUSTOMER,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "deleteCustomer",
    action: Action {
        method: "DELETE",
        templates: &["v1.0/accounts/{accountTenantId}/customers/{customerTenantId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Delete a customer",
    description: "Deactivates the customer and flags it for deletion.",
    provenance: Provenance::PublicDoc,
    answers: &[
        // The vendor prints no success; this is the one of a user's deletion.
        Documented::ok::<Success>("The customer is gone.", Provenance::Chosen),
        documented::bad_request("A tenant id is malformed."),
        UNAUTHORIZED,
        NO_CUSTOMER,
    ],
    run: |call, values| Box::pin(delete(call, values.into())),
    ..Operation::NEW
};

async fn delete(call: Call, Arguments { account, customer }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let customer = find_customer(&mut transaction, account, customer)?;
    transaction.save_item(&Customer { enabled: false, deleted: true, ..Customer::clone(&customer) })?;
    transaction.commit_together().await?;
    Ok(view::ok(Success::at(now)))
}
