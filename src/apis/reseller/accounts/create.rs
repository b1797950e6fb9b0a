//! `POST /v1.0/accounts` (spec/reseller.md §7.1): a new account, not in use unless the body says so.

use crate::apis::operation::{Operation, Provenance};
use crate::apis::reseller::contract::{CreatedAccountData, NewAccount};
use crate::apis::reseller::documented::{self, UNAUTHORIZED};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::rules::accounts;
use crate::apis::reseller::view;
use crate::apis::{Call, Outcome};
use crate::contract::{Contracted, DateTime};
use crate::frameworks::aspnetcore;
use crate::frameworks::webapi::{Action, From, Parameter};
use crate::model::ResellerAccount;
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "createAccount",
    action: Action {
        method: "POST",
        templates: &["v1.0/accounts"],
        parameters: &[Parameter {
            name: "account",
            kind: NewAccount::KIND,
            from: From::Body,
            doc: "The account to be created.",
        }],
    },
    summary: "Create an account",
    description: "Creates an account below the enterprise. Names need not be unique.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        documented::answer(
            201,
            "The account was created; Location has its address.",
            CreatedAccountData::KIND,
            Provenance::PublicDoc,
        ),
        documented::bad_request("The body is not acceptable."),
        UNAUTHORIZED,
    ],
    samples: &[],
    run: |call| Box::pin(create(call)),
};

async fn create(mut call: Call) -> Outcome {
    let body: Option<String> = call.take(0);
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let account = read(&call, &body.unwrap_or_default(), now).map_err(|problem| problem.at(now))?;
    let account = ResellerAccount { id: transaction.unused_id(|| call.new_id())?, ..account };
    transaction.save_reseller_account(&account)?;
    transaction.commit()?;
    let path = format!("accounts/{}", account.id);
    let body = CreatedAccountData::at(now, Some(view::created_account(account)));
    Ok(view::created(body, &call.request, &path))
}

/// The account of a body; a refused one takes no id, so that repeatable ids follow what was created.
fn read(call: &Call, body: &str, now: DateTime) -> Result<ResellerAccount, Problem> {
    let mut notes = Vec::new();
    let new = aspnetcore::typed_noting(body, &NewAccount::KIND, call.app.config().depth_limit, &mut notes);
    call.advise_all(notes);
    let new = NewAccount::from_value(new?);
    accounts::create(Uuid::nil(), new, now)
}
