//! `PUT api/v1/admin/users/{id}` (seed 004): replaces a user's details; read-only members are ignored.

use super::{BODY, ID, INVALID, find, refused, success, unknown};
use crate::apis::admin_users::contract::{ResponseOfUser, User};
use crate::apis::admin_users::facet::AdminUsersFacet;
use crate::apis::admin_users::problem::{self, Problem};
use crate::apis::admin_users::{rules, samples};
use crate::apis::prelude::*;
use uuid::Uuid;

arguments! {
    struct Arguments {
        id: Uuid = ID,
        details: Option<User> = BODY,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "updateUser",
    action: Action { method: "PUT", templates: &["api/v1/admin/users/{id}"], parameters: Arguments::PARAMETERS },
    summary: "Update a user",
    description: "Updates user details of the specified user. Every member is overwritten, except the read-only ones, \
                  the ids and the dates; an absent password keeps the stored one. The logged in user needs \
                  permission to do this; here everyone has it (chosen).",
    provenance: Provenance::Seed,
    answers: &[
        Documented::ok::<ResponseOfUser>("The modified user.", Provenance::Seed),
        INVALID,
        refused::<ResponseOfUser>(),
        unknown::<ResponseOfUser>(),
    ],
    samples: samples::PUT,
    run: |call, values| Box::pin(replace(call, values.into())),
    ..Operation::NEW
};

async fn replace(call: Call, Arguments { id, details }: Arguments) -> Outcome {
    let Some(details) = details else { return Err(problem::no_document().into()) };
    rules::check(&details).map_err(Problem::within::<ResponseOfUser>)?;
    let mut transaction = call.write().await?;
    let stored = find::<ResponseOfUser>(&mut transaction, id)?;
    let mut user = stored.user.clone();
    if let Some(name) = &details.username
        && transaction.username_taken(name, id)?
    {
        call.advise_name_held::<AdminUsersFacet>(&mut transaction, name)?;
        return Err(Problem::UsernameInUse.within::<ResponseOfUser>());
    }
    rules::advise(&call, &details, &user);
    rules::advise_ignored(&call, &details, &user);
    rules::advise_cleared(&call, &details, &user);
    rules::advise_references(&call, &mut transaction, &details, &user)?;
    rules::apply(details, &mut user);
    user.shared.modified_at = transaction.now();
    transaction.change(&stored, &user)?;
    let reply = success(&call, &mut transaction, user)?;
    transaction.commit_together().await?;
    Ok(reply)
}
