//! `POST /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}/users/{USER_ID}/sendUConnectActivationEmail`
//! (docs/spec/reseller.md §7.2, §16.2): the
//! welcome mail of the communications client, only through the user's primary tenant. Repeatable.

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
    id: "sendUConnectActivationEmail",
    action: Action {
        method: "POST",
        templates: &[
            "v1.0/accounts/{accountTenantId}/customers/{customerTenantId}/users/{userId}/sendUConnectActivationEmail",
        ],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Send the welcome mail of the communications client",
    description: "Sends the welcome mail of the communications client to the user's e-mail address. Only the user's primary tenant \
                  may ask for it. It is also sent, unless the customer's sendConnectWelcomeEmail is off, when a user \
                  gets the role customer.user.uc or one below it.",
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
    tenant.mail(&call, &mut transaction, user, mail::WELCOME)?;
    transaction.commit()?;
    Ok(view::with_context(Reply::empty(StatusCode::NO_CONTENT)))
}
