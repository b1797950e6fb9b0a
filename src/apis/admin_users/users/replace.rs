//! `PUT api/v1/admin/users/{id}` (seed 004): replaces a user's details; read-only members are ignored.

use super::{BODY, ID, INVALID, answered, find, refused, success, unknown};
use crate::apis::admin_users::contract::{ResponseOfUser, User};
use crate::apis::admin_users::problem::{self, Problem};
use crate::apis::admin_users::{rules, samples};
use crate::apis::operation::{Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "updateUser",
    action: Action { method: "PUT", templates: &["api/v1/admin/users/{id}"], parameters: &[ID, BODY] },
    summary: "Update a user",
    description: "Updates user details of the specified user. Every member is overwritten, except the read-only ones, \
                  the ids and the dates; an absent password keeps the stored one.",
    provenance: Provenance::Seed,
    anonymous: false,
    form: None,
    answers: &[
        answered("The modified user.", ResponseOfUser::KIND, Provenance::Seed),
        INVALID,
        refused(ResponseOfUser::KIND),
        unknown(ResponseOfUser::KIND),
    ],
    samples: samples::PUT,
    run: |call| Box::pin(replace(call)),
};

async fn replace(mut call: Call) -> Outcome {
    let id: Uuid = call.take(0);
    let Some(details) = call.take::<Option<User>>(1) else { return Err(problem::no_document().into()) };
    rules::check(&details).map_err(Problem::within::<ResponseOfUser>)?;
    let mut transaction = call.write().await?;
    let stored = find::<ResponseOfUser>(&mut transaction, id)?;
    let mut user = stored.user.clone();
    if let Some(name) = &details.username
        && transaction.username_taken(name, id)?
    {
        return Err(Problem::UsernameInUse.within::<ResponseOfUser>());
    }
    rules::advise(&call, &details, &user);
    rules::apply(details, &mut user);
    user.modified_at = transaction.now();
    transaction.change(&stored, &user)?;
    let reply = success(&call, &mut transaction, user)?;
    transaction.commit()?;
    Ok(reply)
}
