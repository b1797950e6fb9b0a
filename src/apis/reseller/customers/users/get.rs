//! `GET /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}/users/{USER_ID}` (docs/spec/reseller.md §7.2,
//! §16.2): one user with the roles it has with the customer.

use super::OneUser;
use crate::apis::prelude::*;
use crate::apis::reseller::contract::CustomerUserData;
use crate::apis::reseller::documented::{self, NO_CUSTOMER_USER, UNAUTHORIZED};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;
use crate::store::Stored;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getCustomerUser",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts/{accountTenantId}/customers/{customerTenantId}/users/{userId}"],
        parameters: OneUser::PARAMETERS,
    },
    summary: "Read a user of a customer",
    description: "One user of the customer, with the roles it has there.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<CustomerUserData>("The user.", Provenance::PublicDoc),
        documented::bad_request("An id is malformed."),
        UNAUTHORIZED,
        NO_CUSTOMER_USER,
    ],
    run: |call, values| Box::pin(get(call, values.into())),
    ..Operation::NEW
};

async fn get(call: Call, OneUser { account, customer, user: id }: OneUser) -> Outcome {
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let tenant = Tenant::customer(&mut transaction, account, customer)?;
    let Stored { user, .. } = tenant.member(&mut transaction, id)?;
    Ok(view::ok(CustomerUserData::at(now, Some(view::customer_user(&user, account, customer)))))
}
