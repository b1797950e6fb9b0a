//! `POST v1/core/Accounts/{accId}/userdefaults` (the vendor's page of that name; spec/pbnb.md §2).

use super::{DEFAULTS, flags, of_flags};
use crate::apis::Call;
use crate::apis::operation::{Operation, Provenance};
use crate::apis::pbnb::contract::AccountUserDefaults;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::users::{WHOLE_ACCOUNT, existing};
use crate::apis::pbnb::{problem, rules};
use crate::contract::Kind;
use crate::frameworks::webapi::{Action, From, Parameter};

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "setUserDefaults",
    action: Action {
        method: "POST",
        templates: &["v1/core/Accounts/{accId}/userdefaults"],
        parameters: &[
            WHOLE_ACCOUNT,
            Parameter {
                name: "item",
                kind: Kind::Object(AccountUserDefaults::CLASS),
                from: From::Body,
                doc: "The new defaults. AccountID may be left out or repeat the address.",
            },
        ],
    },
    summary: "Set the user defaults",
    description: "Sets what new users of the account get; users that are there stay as they are.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[DEFAULTS],
    samples: &[],
    run: |call| Box::pin(enveloped(set(call))),
};

async fn set(mut call: Call) -> Result<AccountUserDefaults, Failure> {
    let account: i32 = call.take(0);
    let Some(sent) = call.take::<Option<AccountUserDefaults>>(1) else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    let mut known = existing(&mut transaction, account)?;
    rules::agrees("AccountID", sent.account_id, account)?;
    known.user_defaults = flags(&sent);
    transaction.save_pbnb_account(&known)?;
    transaction.commit()?;
    Ok(of_flags(account, known.user_defaults))
}
