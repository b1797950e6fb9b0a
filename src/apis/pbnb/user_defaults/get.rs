//! `GET v1/core/Accounts/{accId}/userdefaults` (listed on the vendor's index; docs/spec/pbnb.md §2).

use super::DEFAULTS;
use crate::apis::pbnb::contract::AccountUserDefaults;
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
    id: "getUserDefaults",
    action: Action {
        method: "GET",
        templates: &["v1/core/Accounts/{accId}/userdefaults"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Read the user defaults",
    description: "What new users of the account get.",
    provenance: Provenance::PublicDoc,
    answers: &[DEFAULTS],
    run: |call, values| Box::pin(enveloped(get(call, values.into()))),
    ..Operation::NEW
};

async fn get(call: Call, Arguments { account }: Arguments) -> Result<AccountUserDefaults, Failure> {
    let mut transaction = call.read().await?;
    Ok(existing(&mut transaction, account)?.user_defaults.to_wire(account))
}
