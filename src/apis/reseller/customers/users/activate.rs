//! `POST /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}/users/{USER_ID}/sendActivationEmail`
//! (docs/spec/reseller.md §7.2, §16.2): the activation mail once more, only through the user's primary tenant. Repeatable.

use super::{OneUser, send};
use crate::apis::prelude::*;
use crate::apis::reseller::documented::{self, NO_CUSTOMER_USER, UNAUTHORIZED};
use crate::apis::reseller::mail;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "sendCustomerUserActivationEmail",
    action: Action {
        method: "POST",
        templates: &["v1.0/accounts/{accountTenantId}/customers/{customerTenantId}/users/{userId}/sendActivationEmail"],
        parameters: OneUser::PARAMETERS,
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
    run: |call, values| Box::pin(send(call, values.into(), mail::ACTIVATION)),
    ..Operation::NEW
};
