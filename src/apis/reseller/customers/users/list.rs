//! `GET /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}/users` (docs/spec/reseller.md §7.2, §16.2): every
//! user of a customer in the order of creation, without roles.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::CustomerUserList;
use crate::apis::reseller::documented::{self, NO_CUSTOMER, UNAUTHORIZED};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        account: Uuid = documented::ACCOUNT,
        customer: Uuid = documented::CUSTOMER,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getCustomerUsers",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts/{accountTenantId}/customers/{customerTenantId}/users"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "List the users of a customer",
    description: "Every user with a membership in the customer, in the order of creation. List items carry no roles.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<CustomerUserList>("The users.", Provenance::PublicDoc),
        documented::bad_request("A tenant id is malformed."),
        UNAUTHORIZED,
        NO_CUSTOMER,
    ],
    grows_with_world: true,
    run: |call, values| Box::pin(list(call, values.into())),
    ..Operation::NEW
};

async fn list(call: Call, Arguments { account, customer }: Arguments) -> Outcome {
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let users = Tenant::customer(&mut transaction, account, customer)?.members(&mut transaction)?;
    let users: Vec<_> = users.into_iter().map(|user| view::listed_customer_user(user, account)).collect();
    let count = i32::try_from(users.len()).unwrap_or(i32::MAX);
    Ok(view::ok(CustomerUserList::at(now, count, Some(users))))
}
