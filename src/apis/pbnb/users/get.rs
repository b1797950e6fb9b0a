//! `GET v1/core/Accounts/{accId}/users/{usrId}` (seed 002).

use super::{ACCOUNT, EXPAND, ONE_USER, USER, find, on_the_wire};
use crate::apis::Call;
use crate::apis::operation::{Operation, Provenance};
use crate::apis::pbnb::contract::User;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::rules::Expand;
use crate::frameworks::webapi::Action;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getUser",
    action: Action {
        method: "GET",
        templates: &["v1/core/Accounts/{accId}/users/{usrId}"],
        parameters: &[ACCOUNT, USER, EXPAND],
    },
    summary: "Read one user",
    description: "One user of the account; `expand=resourceIDs` adds the resource ids.",
    provenance: Provenance::Seed,
    anonymous: false,
    form: None,
    answers: &[ONE_USER],
    samples: crate::apis::pbnb::samples::GET,
    run: |call| Box::pin(enveloped(get(call))),
};

async fn get(mut call: Call) -> Result<User, Failure> {
    let (account, user) = (call.take(0), call.take(1));
    let expand = Expand::of(call.take(2));
    let mut transaction = call.read().await?;
    let found = find(&mut transaction, account, user)?;
    Ok(on_the_wire(&call, found.user, expand))
}
