//! `GET api/v1/UserAdminAPI/GetAllUsers?accountID=` (docs/spec/admin-users.md §1.1): the users of one account.

use super::{INVALID_ADDRESS, many};
use crate::apis::admin_users::contract::ResponseOfListOfUser;
use crate::apis::admin_users::facet::{Account, AdminUsersFacet};
use crate::apis::admin_users::problem::Problem;
use crate::apis::prelude::*;
use crate::store::Page;
use uuid::Uuid;

arguments! {
    struct Arguments {
        /// The page calls it required and describes what happens without it; the description wins (chosen,
        /// docs/spec/admin-users.md §14 #23).
        account: Option<Uuid> =
            optional("accountID", "The id of the account; the caller's account if none is given.")
                .example("5a1ca887-9ec4-4ae8-bf61-715056ea9e98"),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getAllUsers",
    action: Action {
        method: "GET",
        templates: &["api/v1/UserAdminAPI/GetAllUsers"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "List the users of an account",
    description: "All users of an account by display name, super users left out (chosen). The caller's account is the \
                  first one (chosen).",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfListOfUser>("The users.", Provenance::PublicDoc),
        INVALID_ADDRESS,
        Documented::value::<ResponseOfListOfUser>(404, "No account has the id.", Provenance::Chosen),
    ],
    grows_with_world: true,
    run: |call, values| Box::pin(list(call, values.into())),
    ..Operation::NEW
};

async fn list(call: Call, Arguments { account: asked }: Arguments) -> Outcome {
    let mut transaction = call.read().await?;
    let mut accounts = transaction.items::<Account>(Page::All)?.into_iter();
    let Some(account) = accounts.find(|account| asked.is_none_or(|id| account.id == id)) else {
        return Err(Problem::AccountNotFound.within::<ResponseOfListOfUser>());
    };
    let users = transaction.members::<AdminUsersFacet>(account.id, Page::All)?.into_iter().map(|stored| stored.user);
    let users = users.filter(|user| !user.facet.super_user).collect();
    many::<ResponseOfListOfUser, _>(&call, &mut transaction, users)
}
