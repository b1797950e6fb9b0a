//! `GET api/v1/admin/accounts` (docs/spec/admin-users.md §1.2): the caller's account, which is the first one (chosen).

use super::UNAUTHORIZED;
use super::wire::shown;
use crate::apis::admin_users::contract::ResponseOfAccountV2;
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::admin_users::facet::Account;
use crate::apis::admin_users::problem::Problem;
use crate::apis::prelude::*;
use crate::store::Page;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getOwnAccount",
    action: Action { method: "GET", templates: &["api/v1/admin/accounts"], parameters: &[] },
    summary: "Read the caller's account",
    description: "The details of the caller's account, which is the first one (chosen).",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfAccountV2>("The account.", Provenance::PublicDoc),
        UNAUTHORIZED,
        Documented::value::<ResponseOfAccountV2>(404, "There is no account.", Provenance::Chosen),
    ],
    run: |call, _| Box::pin(own(call)),
    ..Operation::NEW
};

async fn own(call: Call) -> Outcome {
    let mut transaction = call.read().await?;
    let Some(account) = transaction.items::<Account>(Page::FIRST)?.pop() else {
        return Err(Problem::AccountNotFound.within::<ResponseOfAccountV2>());
    };
    let account = shown(&call, &mut transaction, account)?;
    Ok(Reply::ok(ResponseOfAccountV2::success(None, Some(account))))
}
