//! `GET /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}` (docs/spec/reseller.md §16.1): one customer. A
//! deleted one, and one of another account, is not found.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::CustomerData;
use crate::apis::reseller::documented::{self, NO_CUSTOMER, UNAUTHORIZED};
use crate::apis::reseller::facet::Customer;
use crate::apis::reseller::tenant::find_customer;
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
    id: "getCustomer",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts/{accountTenantId}/customers/{customerTenantId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Read a customer",
    description: "One customer of the account. Members without a value are left out.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<CustomerData>("The customer.", Provenance::PublicDoc),
        documented::bad_request("A tenant id is malformed."),
        UNAUTHORIZED,
        NO_CUSTOMER,
    ],
    run: |call, values| Box::pin(get(call, values.into())),
    ..Operation::NEW
};

async fn get(call: Call, Arguments { account, customer }: Arguments) -> Outcome {
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let customer = find_customer(&mut transaction, account, customer)?;
    Ok(view::ok(CustomerData::at(now, Some(view::customer(Customer::clone(&customer))))))
}
