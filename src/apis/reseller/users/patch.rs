//! `PATCH /v1.0/accounts/{ACCOUNT_TENANT_ID}/users/{USER_ID}` (seed 001): JSON Patch over a user's name, e-mail address
//! and roles, atomic.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::{Failure, Success};
use crate::apis::reseller::documented::{self, UNAUTHORIZED};
use crate::apis::reseller::rules::patch::{self as rules, PatchBody};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::{samples, view};
use uuid::Uuid;

arguments! {
    struct Arguments {
        tenant: Uuid = documented::ACCOUNT,
        user: Uuid = documented::USER,
        patch: PatchBody = body("patch", "A JSON Patch document over displayName, email and roles."),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "patchUser",
    action: Action {
        method: "PATCH",
        templates: &["v1.0/accounts/{accountTenantId}/users/{userId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Change a user by JSON Patch",
    description: "Updates a specific set of properties. Careful with replace on /roles: roles that are not in the \
                  value are taken from the user.",
    provenance: Provenance::Seed,
    answers: &[
        Documented::ok::<Success>("The user was changed.", Provenance::Seed),
        Documented::value::<Failure>(400, "An id is malformed, or the patch cannot be applied.", Provenance::Seed),
        Documented::value::<Failure>(
            404,
            "No account has the tenant id, or none of its users the user id.",
            Provenance::Seed,
        ),
        Documented { provenance: Provenance::Seed, ..UNAUTHORIZED },
    ],
    samples: samples::PATCH,
    run: |call, values| Box::pin(patch(call, values.into())),
    ..Operation::NEW
};

async fn patch(call: Call, Arguments { tenant, user: id, patch }: Arguments) -> Outcome {
    // A large body is read before the world is held.
    let document = patch.document(&call, &rules::USER);
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let document = document.map_err(|problem| problem.at(now))?;
    let tenant = Tenant::account(&mut transaction, tenant)?;
    let stored = tenant.member(&mut transaction, id)?;
    tenant.patch(&call, &mut transaction, &stored, &document)?;
    transaction.commit_together().await?;
    Ok(view::ok(Success::at(now)))
}
