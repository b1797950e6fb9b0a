//! `POST /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers` (docs/spec/reseller.md §16.1): a new customer, in use only if the
//! body sets `enabled`. The connection to its PBX is not emulated.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::{CreatedCustomerData, NewCustomer};
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::facet::Customer;
use crate::apis::reseller::rules::customers;
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        account: Uuid = documented::ACCOUNT,
        customer: NewCustomer = body("customer", "The customer to be created.").example(r#"{"name": "Customer 2", "reference": "C-2", "enabled": true}"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "createCustomer",
    action: Action {
        method: "POST",
        templates: &["v1.0/accounts/{accountTenantId}/customers"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Create a customer",
    description: "Creates a customer of the account. Names need not be unique. A connection to a PBX is accepted and ignored.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::value::<CreatedCustomerData>(
            201,
            "The customer was created; Location has its address.",
            Provenance::PublicDoc,
        ),
        documented::bad_request("The tenant id is malformed, or the body is not acceptable."),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    run: |call, values| Box::pin(create(call, values.into())),
    ..Operation::NEW
};

async fn create(call: Call, Arguments { account, customer: new }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let customer = customers::create(account, new, now).map_err(|problem| problem.at(now))?;
    Tenant::account(&mut transaction, account)?;
    let customer = Customer { id: transaction.unused_id(|| call.new_id())?, ..customer };
    transaction.save_item(&customer)?;
    transaction.commit_together().await?;
    let path = format!("accounts/{account}/customers/{}", customer.id);
    let body = CreatedCustomerData::at(now, Some(view::created_customer(customer)));
    Ok(view::created(body, &call.request, &path))
}
