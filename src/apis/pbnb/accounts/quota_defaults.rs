//! `GET v1/core/Accounts/{accId}/quotadefaults` (the vendor's page of that name; docs/spec/pbnb.md §2, §3).

use super::{QUOTA, quota_of};
use crate::apis::pbnb::contract::AccountQuotaDefaults;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::users::{WHOLE_ACCOUNT, existing};
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getQuotaDefaults",
    action: Action {
        method: "GET",
        templates: &["v1/core/Accounts/{accId}/quotadefaults"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Read the quota defaults",
    description: "The quota of the account's users; zeros until it is set (chosen).",
    provenance: Provenance::PublicDoc,
    answers: &[QUOTA],
    run: |call, values| Box::pin(enveloped(get(call, values.into()))),
    ..Operation::NEW
};

async fn get(call: Call, Arguments { account }: Arguments) -> Result<AccountQuotaDefaults, Failure> {
    let mut transaction = call.read().await?;
    Ok(quota_of(&*existing(&mut transaction, account)?))
}
