//! `POST api/v1/admin/users` (spec/admin-users.md §1.1): creates a user in the caller's account.

use super::{BODY, INVALID, answered, refused, success};
use crate::apis::admin_users::contract::{ResponseOfUser, User};
use crate::apis::admin_users::problem::{self, Problem};
use crate::apis::admin_users::rules;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;
use crate::model;

/// The operation. That it answers 200 is chosen, as every public sample does (spec/admin-users.md §14 #30).
pub const OPERATION: Operation = Operation {
    id: "createUser",
    action: Action { method: "POST", templates: &["api/v1/admin/users"], parameters: &[BODY] },
    summary: "Create a user",
    description: "Creates a user in the caller's account, which is the first one (chosen). The ids, the dates and the \
                  read-only members are the server's; a password is needed unless the user signs in elsewhere.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        answered("The new user.", ResponseOfUser::KIND, Provenance::PublicDoc),
        INVALID,
        refused(ResponseOfUser::KIND),
        Documented {
            status: 404,
            when: "There is no account.",
            content: AnswerContent::Value(ResponseOfUser::KIND),
            provenance: Provenance::Chosen,
        },
    ],
    samples: &[],
    run: |call| Box::pin(create(call)),
};

async fn create(mut call: Call) -> Outcome {
    let Some(details) = call.take::<Option<User>>(0) else { return Err(problem::no_document().into()) };
    rules::check_new(&details).map_err(Problem::within::<ResponseOfUser>)?;
    let mut transaction = call.write().await?;
    let Some(account) = transaction.admin_accounts()?.into_iter().next() else {
        return Err(Problem::AccountNotFound.within::<ResponseOfUser>());
    };
    let id = transaction.unused_id(|| call.new_id())?;
    let mut user = model::User::new(id, transaction.now());
    if let Some(name) = &details.username
        && transaction.username_taken(name, user.id)?
    {
        return Err(Problem::UsernameInUse.within::<ResponseOfUser>());
    }
    rules::advise(&call, &details, &user);
    rules::apply(details, &mut user);
    user.admin_users.get_or_insert_default().account_id = account.id;
    transaction.insert(&user)?;
    let reply = success(&call, &mut transaction, user)?;
    transaction.commit()?;
    Ok(reply)
}
