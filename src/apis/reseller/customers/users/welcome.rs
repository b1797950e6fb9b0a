//! `POST /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}/users/{USER_ID}/sendUConnectActivationEmail`
//! (docs/spec/reseller.md §7.2, §16.2): the welcome mail of the communications client, only through the primary tenant.
//! Repeatable.

use super::{OneUser, send};
use crate::apis::prelude::*;
use crate::apis::reseller::documented::{self, NO_CUSTOMER_USER, UNAUTHORIZED};
use crate::apis::reseller::mail;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "sendUConnectActivationEmail",
    action: Action {
        method: "POST",
        templates: &[
            "v1.0/accounts/{accountTenantId}/customers/{customerTenantId}/users/{userId}/sendUConnectActivationEmail",
        ],
        parameters: OneUser::PARAMETERS,
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
    run: |call, values| Box::pin(send(call, values.into(), mail::WELCOME)),
    ..Operation::NEW
};
