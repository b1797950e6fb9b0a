//! `PATCH /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}/users/{USER_ID}` (docs/spec/reseller.md §5.3,
//! §6.4, §16.2): JSON Patch over a user's name, e-mail address and roles, atomic. The PBX role outlives every patch.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::Success;
use crate::apis::reseller::documented::{self, NO_CUSTOMER_USER, UNAUTHORIZED};
use crate::apis::reseller::rules::patch::{self as rules, PatchBody};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        account: Uuid = documented::ACCOUNT,
        customer: Uuid = documented::CUSTOMER,
        user: Uuid = documented::CUSTOMER_USER,
        patch: PatchBody = body("patch", "A JSON Patch document over displayName, email and roles.").example(r#"[{"op": "replace", "path": "/displayName", "value": "My New Name"}]"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "patchCustomerUser",
    action: Action {
        method: "PATCH",
        templates: &["v1.0/accounts/{accountTenantId}/customers/{customerTenantId}/users/{userId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Change a user of a customer by JSON Patch",
    description: "Updates a specific set of properties. Careful with replace on /roles: roles that are not in the value are taken \
                  from the user, except customer.user.pbx, which follows the PBX.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<Success>("The user was changed.", Provenance::PublicDoc),
        documented::bad_request("An id is malformed, or the patch cannot be applied."),
        UNAUTHORIZED,
        NO_CUSTOMER_USER,
    ],
    run: |call, values| Box::pin(patch(call, values.into())),
    ..Operation::NEW
};

async fn patch(call: Call, Arguments { account, customer, user: id, patch }: Arguments) -> Outcome {
    // A large body is read before the world is held.
    let document = patch.document(&call, &rules::USER);
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let document = document.map_err(|problem| problem.at(now))?;
    let tenant = Tenant::customer(&mut transaction, account, customer)?;
    let stored = tenant.member(&mut transaction, id)?;
    tenant.patch(&call, &mut transaction, &stored, &document)?;
    transaction.commit_together().await?;
    Ok(view::ok(Success::at(now)))
}
