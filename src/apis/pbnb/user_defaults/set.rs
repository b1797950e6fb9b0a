//! `POST v1/core/Accounts/{accId}/userdefaults` (the vendor's page of that name; docs/spec/pbnb.md §2).

use super::DEFAULTS;
use crate::apis::pbnb::contract::AccountUserDefaults;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::{Account, UserDefaults};
use crate::apis::pbnb::users::{WHOLE_ACCOUNT, existing};
use crate::apis::pbnb::{problem, rules};
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
        defaults: Option<AccountUserDefaults> =
            body("item", "The new defaults. AccountID may be left out or repeat the address.").example(r#"{"PKTIPsec": true, "PKTAPN": true}"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "setUserDefaults",
    action: Action {
        method: "POST",
        templates: &["v1/core/Accounts/{accId}/userdefaults"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Set the user defaults",
    description: "Sets what new users of the account get; existing users stay as they are.",
    provenance: Provenance::PublicDoc,
    answers: &[DEFAULTS],
    run: |call, values| Box::pin(enveloped(set(call, values.into()))),
    ..Operation::NEW
};

async fn set(call: Call, Arguments { account, defaults }: Arguments) -> Result<AccountUserDefaults, Failure> {
    let Some(sent) = defaults else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    let known = existing(&mut transaction, account)?;
    rules::agrees("AccountID", sent.account_id, account)?;
    let user_defaults = UserDefaults::from_wire(sent);
    transaction.save_item(&Account { user_defaults, ..Account::clone(&known) })?;
    transaction.commit_together().await?;
    Ok(user_defaults.to_wire(account))
}
