//! `POST /v1.0/accounts` (docs/spec/reseller.md §7.1): a new account, in use only if the body sets `enabled`.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::{CreatedAccountData, NewAccount};
use crate::apis::reseller::documented::{self, UNAUTHORIZED};
use crate::apis::reseller::facet::Account;
use crate::apis::reseller::rules::accounts;
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        account: NewAccount = body("account", "The account to be created.").example(r#"{"name": "Account 3", "enabled": true}"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "createAccount",
    action: Action { method: "POST", templates: &["v1.0/accounts"], parameters: Arguments::PARAMETERS },
    summary: "Create an account",
    description: "Creates an account below the enterprise. Names need not be unique.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::value::<CreatedAccountData>(
            201,
            "The account was created; Location has its address.",
            Provenance::PublicDoc,
        ),
        documented::bad_request("The body is not acceptable."),
        UNAUTHORIZED,
    ],
    run: |call, values| Box::pin(create(call, values.into())),
    ..Operation::NEW
};

async fn create(call: Call, Arguments { account: new }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    let now = transaction.now();
    // A refused account takes no id, so that repeatable ids follow what was created.
    let account = accounts::create(Uuid::nil(), new, now).map_err(|problem| problem.at(now))?;
    let account = Account { id: transaction.unused_id(|| call.new_id())?, ..account };
    transaction.save_item(&account)?;
    transaction.commit_together().await?;
    let path = format!("accounts/{}", account.id);
    let body = CreatedAccountData::at(now, Some(view::created_account(account)));
    Ok(view::created(body, &call.request, &path))
}
