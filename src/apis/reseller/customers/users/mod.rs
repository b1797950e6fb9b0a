//! Users of a customer, one endpoint per file (docs/spec/reseller.md §7.2, §16.2).

pub mod activate;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod patch;
pub mod welcome;

use crate::apis::prelude::*;
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::{documented, view};
use http::StatusCode;
use uuid::Uuid;

arguments! {
    struct OneUser {
        account: Uuid = documented::ACCOUNT,
        customer: Uuid = documented::CUSTOMER,
        user: Uuid = documented::CUSTOMER_USER,
    }
}

/// Sends a user a mail once more, only through its primary tenant.
async fn send(call: Call, OneUser { account, customer, user }: OneUser, kind: &str) -> Outcome {
    let mut transaction = call.write().await?;
    Tenant::customer(&mut transaction, account, customer)?.mail(&call, &mut transaction, user, kind)?;
    transaction.commit_together().await?;
    Ok(view::with_context(Reply::empty(StatusCode::NO_CONTENT)))
}
