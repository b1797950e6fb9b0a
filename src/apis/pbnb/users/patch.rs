//! `PATCH v1/core/Accounts/{accId}/users/{usrId}` (seed 000): only Username, PasswordInfo and AccessTypes change.

use super::{ACCOUNT, EXPAND, ONE_USER, USER, find, on_the_wire};
use crate::apis::Call;
use crate::apis::operation::{Operation, Provenance};
use crate::apis::pbnb::contract::{DELTA_OF_USER, User, UserDelta};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::problem::{self, Problem};
use crate::apis::pbnb::rules::{self, Expand};
use crate::contract::Kind;
use crate::frameworks::webapi::{Action, From, Parameter};
use crate::store::StoreError;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "patchUser",
    action: Action {
        method: "PATCH",
        templates: &["v1/core/Accounts/{accId}/users/{usrId}"],
        parameters: &[
            ACCOUNT,
            USER,
            Parameter {
                name: "user",
                kind: Kind::Object(&DELTA_OF_USER),
                from: From::Body,
                doc: "A partial user. Username, PasswordInfo and AccessTypes are applied, other members ignored.",
            },
            EXPAND,
        ],
    },
    summary: "Change a user's name, password or access",
    description: "Takes a partial user and updates the stored one with it. Only Username, PasswordInfo and \
                  AccessTypes are updated.",
    provenance: Provenance::Seed,
    anonymous: false,
    form: None,
    answers: &[ONE_USER],
    samples: crate::apis::pbnb::samples::PATCH,
    run: |call| Box::pin(enveloped(patch(call))),
};

async fn patch(mut call: Call) -> Result<User, Failure> {
    let (account, id) = (call.take(0), call.take(1));
    let Some(delta) = UserDelta::of(call.take_value(2)) else { return Err(problem::no_document().into()) };
    let expand = Expand::of(call.take(3));
    for member in &delta.ignored {
        let why = "only Username, PasswordInfo and AccessTypes are applied";
        call.advise("pbnb.member-not-updatable", format!("{member} was sent and ignored: {why}."));
    }
    let mut transaction = call.write().await?;
    let stored = find(&mut transaction, account, id)?;
    let mut user = stored.user.clone();
    rules::apply(delta, &mut user)?;
    // A document that changes nothing leaves no trace, so that a state diff stays empty.
    if user == stored.user {
        return Ok(on_the_wire(&call, user, expand));
    }
    user.modified_at = transaction.now();
    match transaction.change(&stored, &user) {
        Err(StoreError::Conflict("username")) => {
            return Err(Problem::UsernameTaken(user.username.unwrap_or_default()).into());
        }
        saved => saved?,
    }
    transaction.commit()?;
    Ok(on_the_wire(&call, user, expand))
}
