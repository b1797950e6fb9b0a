//! `POST /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}/users/{USER_ID}/sendActivationEmail`
//! (docs/spec/reseller.md §7.2, §16.2): the
//! activation mail once more, only through the user's primary tenant. Repeatable.

use crate::apis::prelude::*;
use crate::apis::reseller::documented::{self, NO_CUSTOMER_USER, UNAUTHORIZED};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::{mail, view};
use http::StatusCode;
use uuid::Uuid;

arguments! {
    struct Arguments {
        account: Uuid = documented::ACCOUNT,
        customer: Uuid = documented::CUSTOMER,
        user: Uuid = documented::CUSTOMER_USER,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "sendCustomerUserActivationEmail",
    action: Action {
        method: "POST",
        templates: &["v1.0/accounts/{accountTenantId}/customers/{customerTenantId}/users/{userId}/sendActivationEmail"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Send the activation mail to a user of a customer again",
    description: "Sends the activation mail to the user's e-mail address. Only the user's primary tenant may ask for it.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::empty(204, "The mail was sent.", Provenance::PublicDoc),
        documented::bad_request("An id is malformed, or the customer is not the primary tenant (TenantNotPrimary)."),
        UNAUTHORIZED,
        NO_CUSTOMER_USER,
    ],
    run: |call, values| Box::pin(send(call, values.into())),
    ..Operation::NEW
};

async fn send(call: Call, Arguments { account, customer, user }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    let tenant = Tenant::customer(&mut transaction, account, customer)?;
    tenant.mail(&call, &mut transaction, user, mail::ACTIVATION)?;
    transaction.commit()?;
    Ok(view::with_context(Reply::empty(StatusCode::NO_CONTENT)))
}
