//! `GET api/v2/admin/accounts/{id}` (docs/spec/admin-users.md §15): one account.

use super::wire::shown;
use super::{ID, INVALID_ADDRESS, UNAUTHORIZED, find, unknown};
use crate::apis::admin_users::contract::ResponseOfAccountV2;
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::admin_users::facet::Account;
use crate::apis::prelude::*;
use uuid::Uuid;

arguments! {
    struct Arguments {
        id: Uuid = ID,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getAccountV2",
    action: Action { method: "GET", templates: &["api/v2/admin/accounts/{id}"], parameters: Arguments::PARAMETERS },
    summary: "Read an account",
    description: "The details of one account, the caller's or a sub-account.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfAccountV2>("The account.", Provenance::PublicDoc),
        INVALID_ADDRESS,
        UNAUTHORIZED,
        unknown::<ResponseOfAccountV2>(),
    ],
    run: |call, values| Box::pin(get(call, values.into())),
    ..Operation::NEW
};

async fn get(call: Call, Arguments { id }: Arguments) -> Outcome {
    let mut transaction = call.read().await?;
    let account = Account::clone(&*find::<ResponseOfAccountV2>(&mut transaction, id)?);
    let account = shown(&call, &mut transaction, account)?;
    Ok(Reply::ok(ResponseOfAccountV2::success(None, Some(account))))
}
