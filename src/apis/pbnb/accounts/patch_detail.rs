//! `PATCH v1/core/Accounts/{accId}/details` (listed on the vendor's index; docs/spec/pbnb.md §2): a partial document, as for
//! users. Only the name can be changed (chosen).

use super::{DETAIL, detail_of};
use crate::apis::pbnb::contract::{AccountDelta, AccountDetail};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::Account;
use crate::apis::pbnb::problem;
use crate::apis::pbnb::users::{WHOLE_ACCOUNT, existing};
use crate::apis::prelude::*;
use crate::contract::Patched;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
        delta: Option<AccountDelta> = body("detail", "A partial detail. Name is applied, other members are ignored.").example(r#"{"Name": "Head office"}"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "patchAccountDetail",
    action: Action {
        method: "PATCH",
        templates: &["v1/core/Accounts/{accId}/details"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Change the detail of an account",
    description: "Takes a partial detail and updates the stored one with it.",
    provenance: Provenance::PublicDoc,
    answers: &[DETAIL],
    samples: crate::apis::pbnb::samples::PATCH_DETAIL,
    run: |call, values| Box::pin(enveloped(patch(call, values.into()))),
    ..Operation::NEW
};

async fn patch(call: Call, Arguments { account, delta }: Arguments) -> Result<AccountDetail, Failure> {
    let Some(delta) = delta else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    let mut account = Account::clone(&*existing(&mut transaction, account)?);
    if let Patched::Sent(name) = delta.name {
        account.name = name;
    }
    transaction.save_item(&account)?;
    transaction.commit_together().await?;
    Ok(detail_of(&account))
}
