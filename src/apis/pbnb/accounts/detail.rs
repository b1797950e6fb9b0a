//! `GET v1/core/Accounts/{accId}/details` (listed on the vendor's index; docs/spec/pbnb.md §2).

use super::{DETAIL, detail_of};
use crate::apis::pbnb::contract::AccountDetail;
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
    id: "getAccountDetail",
    action: Action {
        method: "GET",
        templates: &["v1/core/Accounts/{accId}/details"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Read the detail of an account",
    description: "The number and the name of the account.",
    provenance: Provenance::PublicDoc,
    answers: &[DETAIL],
    run: |call, values| Box::pin(enveloped(get(call, values.into()))),
    ..Operation::NEW
};

async fn get(call: Call, Arguments { account }: Arguments) -> Result<AccountDetail, Failure> {
    let mut transaction = call.read().await?;
    Ok(detail_of(&*existing(&mut transaction, account)?))
}
