//! `GET /v1.0/accounts/{ACCOUNT_TENANT_ID}/metrics` (docs/spec/reseller.md §7.1, §16.3): the licenses in use, i.e. how many
//! users of each customer have which role. Of customers' roles those are counted that a page of the vendor prints.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::{AccountMetrics, CustomerMetrics, MetricsData, RoleCounts};
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::facet::{Account, Customer, ResellerFacet};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::view;
use crate::contract::{DateTime, DateTimeKind};
use crate::store::{Page, StoreError, Transaction};
use uuid::Uuid;

arguments! {
    struct Arguments {
        tenant: Uuid = documented::ACCOUNT,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getAccountMetrics",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts/{accountTenantId}/metrics"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Count the licenses of an account",
    description: "How many users of each of the account's customers have which role. PBX profiles are not emulated.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<MetricsData>("The metrics.", Provenance::PublicDoc),
        documented::bad_request("The tenant id is malformed."),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    grows_with_world: true,
    run: |call, values| Box::pin(metrics(call, values.into())),
    ..Operation::NEW
};

async fn metrics(call: Call, Arguments { tenant }: Arguments) -> Outcome {
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let Some(account) = transaction.item::<Account>(tenant)? else { return Err(Problem::NotFound.at(now)) };
    let customers = transaction.items_in::<Customer>(tenant, Page::All)?;
    let customers = customers.into_iter().map(|customer| counted(&mut transaction, customer));
    let metrics = AccountMetrics {
        account_tenant_id: account.id,
        account_name: Some(account.name.clone()),
        enabled: account.enabled,
        date_created: Some(date(account.created_at)),
        customers: Some(customers.collect::<Result<_, StoreError>>()?),
    };
    Ok(view::ok(MetricsData::at(now, Some(metrics))))
}

fn counted(transaction: &mut Transaction, customer: Customer) -> Result<CustomerMetrics, StoreError> {
    let users = transaction.members::<ResellerFacet>(customer.id, Page::All)?;
    let has = |roles: &[String], role: &str| roles.iter().any(|known| known == role);
    let count = |role: &str| users.iter().filter(|stored| has(stored.user.facet.roles(customer.id), role)).count();
    Ok(CustomerMetrics {
        tenant_id: customer.id,
        tenant_name: Some(customer.name),
        enabled: customer.enabled,
        date_created: Some(date(customer.created_at)),
        roles: Some(RoleCounts::of(|role| i32::try_from(count(role)).unwrap_or(i32::MAX))),
    })
}

/// Without a zone, the fraction without trailing zeros: the vendor's sample here has six digits, unlike other accounts'.
fn date(at: DateTime) -> String {
    DateTime { kind: DateTimeKind::Unspecified, ..at }.round_trip()
}
