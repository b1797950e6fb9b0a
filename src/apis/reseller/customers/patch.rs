//! `PATCH /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}` (docs/spec/reseller.md §16.1): JSON Patch over
//! the members of a new customer, atomic. A customer that becomes enabled invites its users with website access.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::Success;
use crate::apis::reseller::documented::{self, NO_CUSTOMER, UNAUTHORIZED};
use crate::apis::reseller::facet::Customer;
use crate::apis::reseller::rules::patch::{self, PatchBody};
use crate::apis::reseller::tenant::{Tenant, find_customer};
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        account: Uuid = documented::ACCOUNT,
        customer: Uuid = documented::CUSTOMER,
        patch: PatchBody = body(
            "patch",
            "A JSON Patch document over name, description, reference, enabled, timezone, countryCode, \
             sendNewUserEmail, sendConnectWelcomeEmail and trialDuration.",
        ).example(r#"[{"op": "replace", "path": "/name", "value": "Customer One"}]"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "patchCustomer",
    action: Action {
        method: "PATCH",
        templates: &["v1.0/accounts/{accountTenantId}/customers/{customerTenantId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Change a customer by JSON Patch",
    description: "Updates a specific set of properties. When the customer becomes enabled, its users with website access get an \
                  invitation.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<Success>("The customer was changed.", Provenance::PublicDoc),
        documented::bad_request("A tenant id is malformed, or the patch cannot be applied."),
        UNAUTHORIZED,
        NO_CUSTOMER,
    ],
    grows_with_world: true,
    run: |call, values| Box::pin(change(call, values.into())),
    ..Operation::NEW
};

async fn change(call: Call, Arguments { account, customer: id, patch: body }: Arguments) -> Outcome {
    // A large body is read before the world is held.
    let document = body.document(&call, &patch::CUSTOMER);
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let document = document.map_err(|problem| problem.at(now))?;
    let mut customer = Customer::clone(&*find_customer(&mut transaction, account, id)?);
    let was_enabled = customer.enabled;
    patch::to_customer(&document, &mut customer).map_err(|problem| problem.at(now))?;
    transaction.save_item(&customer)?;
    if customer.enabled && !was_enabled {
        Tenant::customer(&mut transaction, account, id)?.invite(&call, &mut transaction)?;
    }
    transaction.commit_together().await?;
    Ok(view::ok(Success::at(now)))
}
