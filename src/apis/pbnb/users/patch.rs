//! `PATCH v1/core/Accounts/{accId}/users/{usrId}` (seed 000): only Username, PasswordInfo and AccessTypes change.

use super::{ACCOUNT, EXPAND, ONE_USER, USER, find, on_the_wire};
use crate::apis::pbnb::contract::{User, UserDelta};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::PbnbFacet;
use crate::apis::pbnb::problem::{self, Problem};
use crate::apis::pbnb::rules::{self, Expand};
use crate::apis::prelude::*;
use crate::store::{Conflict, StoreError};

arguments! {
    struct Arguments {
        account: i32 = ACCOUNT,
        user: i32 = USER,
        delta: Option<UserDelta> =
            body("user", "A partial user. Username, PasswordInfo and AccessTypes are applied, other members ignored.").example(r#"{"Username": "ada.lovelace", "AccessTypes": ["IPSec_L2TP", "APN"]}"#),
        expand: Expand = EXPAND,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "patchUser",
    action: Action {
        method: "PATCH",
        templates: &["v1/core/Accounts/{accId}/users/{usrId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Change a user's name, password or access",
    description: "Takes a partial user and updates the stored one with it. Only Username, PasswordInfo and \
                  AccessTypes are updated.",
    provenance: Provenance::Seed,
    answers: &[ONE_USER],
    samples: crate::apis::pbnb::samples::PATCH,
    run: |call, values| Box::pin(enveloped(patch(call, values.into()))),
    ..Operation::NEW
};

async fn patch(call: Call, Arguments { account, user: id, delta, expand }: Arguments) -> Result<User, Failure> {
    let Some(delta) = delta else { return Err(problem::no_document().into()) };
    for member in &delta.ignored {
        let why = "only Username, PasswordInfo and AccessTypes are applied";
        call.advise(rules::MEMBER_NOT_UPDATABLE, format!("{member} was sent and ignored: {why}."));
    }
    rules::advise_format(&call);
    let mut transaction = call.write().await?;
    let stored = find(&mut transaction, account, id)?;
    let mut user = stored.user.clone();
    rules::apply(delta, &mut user)?;
    // A document that changes nothing leaves no trace, so that a state diff stays empty.
    if user == stored.user {
        return Ok(on_the_wire(&call, user, expand));
    }
    rules::advise_lost_password_info(&call, &stored.user, &user);
    user.shared.modified_at = transaction.now();
    match transaction.change(&stored, &user) {
        Err(StoreError::Conflict(Conflict::Username)) => {
            let name = user.shared.username.unwrap_or_default();
            call.advise_name_held::<PbnbFacet>(&mut transaction, &name)?;
            return Err(Problem::UsernameTaken(name).into());
        }
        saved => saved?,
    }
    transaction.commit_together().await?;
    Ok(on_the_wire(&call, user, expand))
}
