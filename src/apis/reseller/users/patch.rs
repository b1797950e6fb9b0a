//! `PATCH /v1.0/accounts/{ACCOUNT_TENANT_ID}/users/{USER_ID}` (seed 001): JSON Patch over a user's name, e-mail address
//! and roles, atomic.

use crate::apis::operation::{Documented, Operation, Provenance};
use crate::apis::reseller::contract::{Failure, Success};
use crate::apis::reseller::documented::{self, UNAUTHORIZED};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::rules::{patch as rules, users};
use crate::apis::reseller::{samples, view};
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "patchUser",
    action: Action {
        method: "PATCH",
        templates: &["v1.0/accounts/{accountTenantId}/users/{userId}"],
        parameters: &[
            documented::ACCOUNT,
            documented::USER,
            documented::patch("A JSON Patch document over displayName, email and roles."),
        ],
    },
    summary: "Change a user by JSON Patch",
    description: "Updates a specific set of properties. Careful with replace on /roles: roles that are not in the \
                  value are taken from the user.",
    provenance: Provenance::Seed,
    anonymous: false,
    form: None,
    answers: &[
        documented::answer(200, "The user was changed.", Success::KIND, Provenance::Seed),
        documented::answer(400, "An id is malformed, or the patch cannot be applied.", Failure::KIND, Provenance::Seed),
        documented::answer(
            404,
            "No account has the tenant id, or none of its users the user id.",
            Failure::KIND,
            Provenance::Seed,
        ),
        Documented { provenance: Provenance::Seed, ..UNAUTHORIZED },
    ],
    samples: samples::PATCH,
    run: |call| Box::pin(patch(call)),
};

async fn patch(mut call: Call) -> Outcome {
    let (tenant, id): (Uuid, Uuid) = (call.take(0), call.take(1));
    let body: Option<String> = call.take(2);
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let depth = call.app.config().depth_limit;
    let document =
        rules::document(&body.unwrap_or_default(), &rules::USER, depth).map_err(|problem| problem.at(now))?;
    call.advise_all(document.notes().iter().cloned());
    let Some(stored) = transaction.reseller_user(tenant, id)? else { return Err(Problem::NotFound.at(now)) };
    let mut user = stored.user.clone();
    rules::advise(&call, &document, &user, tenant);
    rules::to_user(&document, &mut user, tenant).map_err(|problem| problem.at(now))?;
    // A patch that changes nothing leaves no trace, so that a state diff stays empty.
    if user == stored.user {
        return Ok(view::ok(Success::at(now)));
    }
    if user.email != stored.user.email {
        let holder = transaction.reseller_user_by_email(tenant, user.email.as_deref().unwrap_or_default())?;
        users::check_address_is_free(holder.as_ref(), id, tenant).map_err(|problem| problem.at(now))?;
    }
    user.modified_at = now;
    transaction.change(&stored, &user)?;
    transaction.commit()?;
    Ok(view::ok(Success::at(now)))
}
