//! `POST /v1.0/accounts/{ACCOUNT_TENANT_ID}/users/{USER_ID}/sendActivationEmail` (spec/reseller.md §6.6): the activation
//! mail once more, only through the user's primary tenant. Repeatable.

use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::reseller::documented::{self, NO_USER, UNAUTHORIZED};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::{mail, rules, view};
use crate::apis::{Call, Outcome};
use crate::frameworks::webapi::{Action, Reply};
use crate::store::Stored;
use http::StatusCode;
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "sendActivationEmail",
    action: Action {
        method: "POST",
        templates: &["v1.0/accounts/{accountTenantId}/users/{userId}/sendActivationEmail"],
        parameters: &[documented::ACCOUNT, documented::USER],
    },
    summary: "Send the activation mail again",
    description: "Sends the activation mail to the user's e-mail address. Only the user's primary tenant may ask for it.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        Documented {
            status: 204,
            when: "The mail was sent.",
            content: AnswerContent::Empty,
            provenance: Provenance::PublicDoc,
        },
        documented::bad_request("An id is malformed, or the account is not the primary tenant (TenantNotPrimary)."),
        UNAUTHORIZED,
        NO_USER,
    ],
    samples: &[],
    run: |call| Box::pin(activate(call)),
};

async fn activate(mut call: Call) -> Outcome {
    let (tenant, id): (Uuid, Uuid) = (call.take(0), call.take(1));
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let Some(Stored { user, .. }) = transaction.reseller_user(tenant, id)? else {
        return Err(Problem::NotFound.at(now));
    };
    rules::check_primary(&user, tenant).map_err(|problem| problem.at(now))?;
    transaction.post(&mail::to(&user, mail::ACTIVATION, &call, now))?;
    transaction.commit()?;
    Ok(view::with_context(Reply::empty(StatusCode::NO_CONTENT)))
}
