//! `PUT api/v1/admin/users/{id}` (seed 004): replaces a user's details; read-only members are ignored.

use super::{ID, success};
use crate::apis::admin_users::contract::{ResponseOfUser, User};
use crate::apis::admin_users::problem::{self, Problem};
use crate::apis::admin_users::{rules, samples};
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::webapi::{Action, From, Parameter};
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "updateUser",
    action: Action {
        method: "PUT",
        templates: &["api/v1/admin/users/{id}"],
        parameters: &[
            ID,
            Parameter { name: "user", kind: User::KIND, from: From::Body, doc: "The new details of the user." },
        ],
    },
    summary: "Update a user",
    description: "Updates user details of the specified user. Every member is overwritten, except the read-only ones, \
                  the ids and the dates; an absent password keeps the stored one.",
    provenance: Provenance::Seed,
    anonymous: false,
    answers: &[
        Documented {
            status: 200,
            when: "The modified user.",
            content: AnswerContent::Value(ResponseOfUser::KIND),
            provenance: Provenance::Seed,
        },
        Documented {
            status: 400,
            when: "The document breaks a rule of the member table; or, in the envelope, a rule of the server.",
            content: AnswerContent::HttpError,
            provenance: Provenance::Framework,
        },
        Documented {
            status: 404,
            when: "No user has the id.",
            content: AnswerContent::Value(ResponseOfUser::KIND),
            provenance: Provenance::Chosen,
        },
    ],
    samples: samples::PUT,
    run: |call| Box::pin(replace(call)),
};

async fn replace(mut call: Call) -> Outcome {
    let id: Uuid = call.take(0);
    let Some(details) = call.take::<Option<User>>(1) else { return Err(problem::no_document().into()) };
    rules::check(&details)?;
    let mut transaction = call.write().await?;
    let Some(mut user) = transaction.admin_user(id).await? else { return Err(Problem::UserNotFound.into()) };
    if let Some(name) = &details.username
        && transaction.username_taken(name, id).await?
    {
        return Err(Problem::UsernameInUse.into());
    }
    rules::advise(&call, &details, &user);
    rules::apply(details, &mut user);
    user.modified_at = transaction.now();
    transaction.save(&user).await?;
    let reply = success(&call, &mut transaction, user).await?;
    transaction.commit().await?;
    Ok(reply)
}
