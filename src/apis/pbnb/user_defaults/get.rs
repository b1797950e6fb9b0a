//! `GET v1/core/Accounts/{accId}/userdefaults` (listed on the vendor's index; spec/pbnb.md §2).

use super::{DEFAULTS, of_flags};
use crate::apis::Call;
use crate::apis::operation::{Operation, Provenance};
use crate::apis::pbnb::contract::AccountUserDefaults;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::users::{WHOLE_ACCOUNT, existing};
use crate::frameworks::webapi::Action;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getUserDefaults",
    action: Action {
        method: "GET",
        templates: &["v1/core/Accounts/{accId}/userdefaults"],
        parameters: &[WHOLE_ACCOUNT],
    },
    summary: "Read the user defaults",
    description: "What new users of the account get.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[DEFAULTS],
    samples: &[],
    run: |call| Box::pin(enveloped(get(call))),
};

async fn get(mut call: Call) -> Result<AccountUserDefaults, Failure> {
    let account = call.take(0);
    let mut transaction = call.read().await?;
    Ok(of_flags(account, existing(&mut transaction, account)?.user_defaults))
}
