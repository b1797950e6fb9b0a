//! `PATCH /v1.0/accounts/{ACCOUNT_TENANT_ID}` (spec/reseller.md §7.1): JSON Patch over what a new account brings, atomic.
//! An account that becomes enabled invites its users with website access (§5.3).

use crate::apis::operation::{Operation, Provenance};
use crate::apis::reseller::contract::Success;
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::rules::{self, patch, users};
use crate::apis::reseller::{mail, view};
use crate::apis::{Call, Outcome};
use crate::contract::{Contracted, DateTime};
use crate::frameworks::webapi::Action;
use crate::store::{StoreError, Transaction};
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "patchAccount",
    action: Action {
        method: "PATCH",
        templates: &["v1.0/accounts/{accountTenantId}"],
        parameters: &[
            documented::ACCOUNT,
            documented::patch(
                "A JSON Patch document over name, description, reference, enabled, timezone and countryCode.",
            ),
        ],
    },
    summary: "Change an account by JSON Patch",
    description: "Updates a specific set of properties. When the account becomes enabled, its users with website access \
                  get an invitation.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        documented::answer(200, "The account was changed.", Success::KIND, Provenance::PublicDoc),
        documented::bad_request("The tenant id is malformed, or the patch cannot be applied."),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    samples: &[],
    run: |call| Box::pin(change(call)),
};

async fn change(mut call: Call) -> Outcome {
    let tenant: Uuid = call.take(0);
    let body: Option<String> = call.take(1);
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let depth = call.app.config().depth_limit;
    let document =
        patch::document(&body.unwrap_or_default(), &patch::ACCOUNT, depth).map_err(|problem| problem.at(now))?;
    call.advise_all(document.notes().iter().cloned());
    let Some(mut account) = transaction.reseller_account(tenant)? else { return Err(Problem::NotFound.at(now)) };
    let was_enabled = account.enabled;
    patch::to_account(&document, &mut account).map_err(|problem| problem.at(now))?;
    transaction.save_reseller_account(&account)?;
    if account.enabled && !was_enabled {
        invite(&call, tenant, now, &mut transaction)?;
    }
    transaction.commit()?;
    Ok(view::ok(Success::at(now)))
}

fn invite(call: &Call, tenant: Uuid, now: DateTime, transaction: &mut Transaction) -> Result<(), StoreError> {
    for user in transaction.reseller_users(tenant)? {
        let roles = rules::membership(&user, tenant).map(|membership| membership.roles.as_slice());
        if roles.is_some_and(|roles| roles.iter().any(|role| role == users::WEBSITE_ACCESS)) {
            transaction.post(&mail::to(&user, mail::INVITATION, call, now))?;
        }
    }
    Ok(())
}
