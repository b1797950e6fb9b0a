//! `PATCH /v1.0/accounts/{ACCOUNT_TENANT_ID}` (docs/spec/reseller.md §7.1): JSON Patch over the members of a new
//! account, atomic. An account that becomes enabled invites its users with website access (docs/spec/reseller.md §5.3).

use crate::apis::prelude::*;
use crate::apis::reseller::contract::Success;
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::facet::Account;
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::rules::patch::{self, PatchBody};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        tenant: Uuid = documented::ACCOUNT,
        patch: PatchBody = body(
            "patch",
            "A JSON Patch document over name, description, reference, enabled, timezone and countryCode.",
        ).example(r#"[{"op": "replace", "path": "/name", "value": "Account One"}]"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "patchAccount",
    action: Action {
        method: "PATCH",
        templates: &["v1.0/accounts/{accountTenantId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Change an account by JSON Patch",
    description: "Updates a specific set of properties. When the account becomes enabled, its users with website access \
                  get an invitation.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<Success>("The account was changed.", Provenance::PublicDoc),
        documented::bad_request("The tenant id is malformed, or the patch cannot be applied."),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    grows_with_world: true,
    run: |call, values| Box::pin(change(call, values.into())),
    ..Operation::NEW
};

async fn change(call: Call, Arguments { tenant, patch: body }: Arguments) -> Outcome {
    // A large body is read before the world is held.
    let document = body.document(&call, &patch::ACCOUNT);
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let document = document.map_err(|problem| problem.at(now))?;
    let Some(account) = transaction.item::<Account>(tenant)? else { return Err(Problem::NotFound.at(now)) };
    let mut account = Account::clone(&account);
    let was_enabled = account.enabled;
    patch::to_account(&document, &mut account).map_err(|problem| problem.at(now))?;
    transaction.save_item(&account)?;
    if account.enabled && !was_enabled {
        Tenant::account(&mut transaction, tenant)?.invite(&call, &mut transaction)?;
    }
    transaction.commit_together().await?;
    Ok(view::ok(Success::at(now)))
}
