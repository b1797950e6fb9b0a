//! `POST /v1.0/accounts/{ACCOUNT_TENANT_ID}/users/{USER_ID}/sendActivationEmail` (docs/spec/reseller.md §6.6): the
//! activation mail once more, only through the user's primary tenant. Repeatable.

use crate::apis::prelude::*;
use crate::apis::reseller::documented::{self, NO_USER, UNAUTHORIZED};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::{mail, view};
use http::StatusCode;
use uuid::Uuid;

arguments! {
    struct Arguments {
        tenant: Uuid = documented::ACCOUNT,
        user: Uuid = documented::USER,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "sendActivationEmail",
    action: Action {
        method: "POST",
        templates: &["v1.0/accounts/{accountTenantId}/users/{userId}/sendActivationEmail"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Send the activation mail again",
    description: "Sends the activation mail to the user's e-mail address. Only the user's primary tenant may ask for it.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::empty(204, "The mail was sent.", Provenance::PublicDoc),
        documented::bad_request("An id is malformed, or the account is not the primary tenant (TenantNotPrimary)."),
        UNAUTHORIZED,
        NO_USER,
    ],
    run: |call, values| Box::pin(activate(call, values.into())),
    ..Operation::NEW
};

async fn activate(call: Call, Arguments { tenant, user: id }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    Tenant::account(&mut transaction, tenant)?.mail(&call, &mut transaction, id, mail::ACTIVATION)?;
    transaction.commit_together().await?;
    Ok(view::with_context(Reply::empty(StatusCode::NO_CONTENT)))
}
