//! `POST api/v1/admin/users` (docs/spec/admin-users.md §1.1): creates a user in the caller's account.

use super::{BODY, INVALID, refused, success};
use crate::apis::admin_users::contract::{ResponseOfUser, User};
use crate::apis::admin_users::facet::{Account, AdminUser, AdminUsersFacet};
use crate::apis::admin_users::problem::{self, Problem};
use crate::apis::admin_users::rules;
use crate::apis::prelude::*;
use crate::store::Page;

arguments! {
    struct Arguments {
        details: Option<User> = BODY,
    }
}

/// The operation. That it answers 200 is chosen, as every public sample does (docs/spec/admin-users.md §14 #30).
pub const OPERATION: Operation = Operation {
    id: "createUser",
    action: Action { method: "POST", templates: &["api/v1/admin/users"], parameters: Arguments::PARAMETERS },
    summary: "Create a user",
    description: "Creates a user in the caller's account, which is the first one (chosen). The ids, the dates and the \
                  read-only members are the server's; a password is needed unless the user signs in elsewhere. \
                  The logged in user needs permission to do this; here everyone has it (chosen).",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfUser>("The new user.", Provenance::PublicDoc),
        INVALID,
        refused::<ResponseOfUser>(),
        Documented::value::<ResponseOfUser>(404, "There is no account.", Provenance::Chosen),
    ],
    run: |call, values| Box::pin(create(call, values.into())),
    ..Operation::NEW
};

async fn create(call: Call, Arguments { details }: Arguments) -> Outcome {
    let Some(details) = details else { return Err(problem::no_document().into()) };
    rules::check_new(&details).map_err(Problem::within::<ResponseOfUser>)?;
    let mut transaction = call.write().await?;
    let Some(account) = transaction.items::<Account>(Page::FIRST)?.pop() else {
        return Err(Problem::AccountNotFound.within::<ResponseOfUser>());
    };
    let name = details.username.clone().unwrap_or_default();
    let elsewhere = transaction.elsewhere_by_username::<AdminUsersFacet>(&name)?;
    if elsewhere.is_none() && transaction.find_by_username::<AdminUsersFacet>(&name)?.is_some() {
        return Err(Problem::UsernameInUse.within::<ResponseOfUser>());
    }
    let shared = call.shared_members(&mut transaction, elsewhere.as_ref())?;
    let facet = AdminUsersFacet { account_id: account.id, ..AdminUsersFacet::default() };
    let mut user = AdminUser { shared, facet };
    rules::advise(&call, &details, &user);
    rules::advise_references(&call, &mut transaction, &details, &user)?;
    rules::apply(details, &mut user);
    call.add_user(&mut transaction, elsewhere.as_ref(), &user, &name)?;
    let reply = success(&call, &mut transaction, user)?;
    transaction.commit_together().await?;
    Ok(reply)
}
