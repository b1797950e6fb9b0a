//! `GET /v1.0/accounts/{ACCOUNT_TENANT_ID}/users/{USER_ID}` (docs/spec/reseller.md §6.2): one user with the roles it
//! has in the account. A user of another account is not found.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::UserData;
use crate::apis::reseller::documented::{self, NO_USER, UNAUTHORIZED};
use crate::apis::reseller::facet::{Customer, Membership, ResellerFacet};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;
use crate::model::UserRecord;
use crate::store::{StoreError, Stored, Transaction};
use uuid::Uuid;

arguments! {
    struct Arguments {
        tenant: Uuid = documented::ACCOUNT,
        user: Uuid = documented::USER,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getUser",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts/{accountTenantId}/users/{userId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Read a user",
    description: "One user of the account, with the roles it has there.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<UserData>("The user.", Provenance::PublicDoc),
        documented::bad_request("An id is malformed."),
        UNAUTHORIZED,
        NO_USER,
    ],
    run: |call, values| Box::pin(get(call, values.into())),
    ..Operation::NEW
};

async fn get(call: Call, Arguments { tenant, user: id }: Arguments) -> Outcome {
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let Stored { user, .. } = Tenant::account(&mut transaction, tenant)?.member(&mut transaction, id)?;
    Ok(view::ok(UserData::at(now, Some(view::user(&user, tenant)))))
}

/// Where it shows a user: in the first of its tenants, which may be a customer of an account.
pub fn address(transaction: &mut Transaction, user: &UserRecord) -> Result<Option<String>, StoreError> {
    let memberships = user.facet::<ResellerFacet>().map(|facet| facet.memberships).unwrap_or_default();
    let Some(Membership { tenant, .. }) = memberships.first() else { return Ok(None) };
    let tenants = match transaction.item::<Customer>(*tenant)? {
        Some(customer) => format!("{}/customers/{tenant}", customer.account_id),
        None => tenant.to_string(),
    };
    Ok(Some(format!("/api/v1.0/accounts/{tenants}/users/{}", user.shared.id)))
}
