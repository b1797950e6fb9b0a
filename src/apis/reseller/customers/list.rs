//! `GET /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers` (docs/spec/reseller.md §7.2): the customers of an account by pages,
//! the first being 0, in the order of creation; `filter` picks some by name or reference.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::CustomerPage;
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::facet::Customer;
use crate::apis::reseller::rules::{accounts, customers};
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;
use crate::store::{Page, StoreError, Transaction};
use uuid::Uuid;

arguments! {
    struct Arguments {
        account: Uuid = documented::ACCOUNT,
        index: Option<i32> = optional("pageIndex", "The page, the first being 0, which is the default.").example("0"),
        size: Option<i32> = optional("pageSize", "How many customers a page has, 1000 by default and at most.").example("10"),
        filter: Option<String> =
            optional("filter", "A text that the name or the reference contains, in any case; absent for all.").example("C-1"),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getCustomers",
    action: Action {
        method: "GET",
        templates: &["v1.0/accounts/{accountTenantId}/customers"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "List the customers of an account",
    description: "The customers of the account by pages, those only that the filter finds. page_size in the answer counts the \
                  customers of this answer.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<CustomerPage>("The customers.", Provenance::PublicDoc),
        documented::bad_request("The tenant id or a number is malformed."),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    grows_with_world: true,
    run: |call, values| Box::pin(list(call, values.into())),
    ..Operation::NEW
};

async fn list(call: Call, arguments: Arguments) -> Outcome {
    let Arguments { account, index, size, filter } = arguments;
    let mut transaction = call.read().await?;
    let now = transaction.now();
    let page = accounts::page(index, size).map_err(|problem| problem.at(now))?;
    Tenant::account(&mut transaction, account)?;
    let customers = found(&mut transaction, account, filter.as_deref(), page)?;
    let customers: Vec<_> = customers.into_iter().map(view::customer).collect();
    let count = i32::try_from(customers.len()).unwrap_or(i32::MAX);
    Ok(view::ok(CustomerPage::at(now, count, index.unwrap_or(0), Some(customers))))
}

/// A page of the customers that a filter finds.
fn found(
    transaction: &mut Transaction,
    account: Uuid,
    filter: Option<&str>,
    page: Page,
) -> Result<Vec<Customer>, StoreError> {
    let (Some(filter), Page::Part { offset, limit }) = (filter, page) else {
        return transaction.items_in::<Customer>(account, page);
    };
    let (skipped, most) = (usize::try_from(offset), usize::try_from(limit));
    let all = transaction.items_in::<Customer>(account, Page::All)?;
    let found = all.into_iter().filter(|customer| customers::matches(customer, filter));
    Ok(found.skip(skipped.unwrap_or(usize::MAX)).take(most.unwrap_or(usize::MAX)).collect())
}
