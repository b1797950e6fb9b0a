//! `GET v1/core/Accounts/{accId}/users/{usrId}` (seed 002).

use super::{ACCOUNT, EXPAND, ONE_USER, USER, find, on_the_wire};
use crate::apis::pbnb::contract::User;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::PbnbFacet;
use crate::apis::pbnb::rules::Expand;
use crate::apis::prelude::*;
use crate::model::UserRecord;
use crate::store::{StoreError, Transaction};

arguments! {
    struct Arguments {
        account: i32 = ACCOUNT,
        user: i32 = USER,
        expand: Expand = EXPAND,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getUser",
    action: Action {
        method: "GET",
        templates: &["v1/core/Accounts/{accId}/users/{usrId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Read one user",
    description: "One user of the account; `expand=resourceIDs` adds the resource ids.",
    provenance: Provenance::Seed,
    answers: &[ONE_USER],
    samples: crate::apis::pbnb::samples::GET,
    keeps_answers: true,
    run: |call, values| Box::pin(enveloped(get(call, values.into()))),
    ..Operation::NEW
};

async fn get(call: Call, Arguments { account, user, expand }: Arguments) -> Result<User, Failure> {
    let mut transaction = call.read().await?;
    let found = find(&mut transaction, account, user)?;
    Ok(on_the_wire(&call, found.user, expand))
}

/// Where it shows a user.
pub fn address(_: &mut Transaction, user: &UserRecord) -> Result<Option<String>, StoreError> {
    let path = |PbnbFacet { account_id, user_id, .. }| format!("/v1/core/Accounts/{account_id}/users/{user_id}");
    Ok(user.facet().map(path))
}
