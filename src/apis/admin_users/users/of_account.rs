//! `GET api/v1/UserAdminAPI/GetAllUsers?accountID=` (spec/admin-users.md §1.1): the users of one account.

use super::{INVALID_ADDRESS, answered, many};
use crate::apis::admin_users::contract::ResponseOfListOfUser;
use crate::apis::admin_users::problem::Problem;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::contract::{Contracted, Kind};
use crate::frameworks::webapi::{Action, From, Parameter};
use uuid::Uuid;

/// The page calls it required, and says in words what happens without it; the words win (chosen, spec/admin-users.md
/// §14 #23).
const ACCOUNT: Parameter = Parameter {
    name: "accountID",
    kind: Kind::Nullable(&Kind::Guid),
    from: From::OptionalUri,
    doc: "The id of the account; the caller's account if none is given.",
};

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getAllUsers",
    action: Action { method: "GET", templates: &["api/v1/UserAdminAPI/GetAllUsers"], parameters: &[ACCOUNT] },
    summary: "List the users of an account",
    description: "All users of an account by display name, super users left out (chosen). The caller's account is the \
                  first one (chosen).",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        answered("The users.", ResponseOfListOfUser::KIND, Provenance::PublicDoc),
        INVALID_ADDRESS,
        Documented {
            status: 404,
            when: "No account has the id.",
            content: AnswerContent::Value(ResponseOfListOfUser::KIND),
            provenance: Provenance::Chosen,
        },
    ],
    samples: &[],
    run: |call| Box::pin(list(call)),
};

async fn list(mut call: Call) -> Outcome {
    let asked: Option<Uuid> = call.take(0);
    let mut transaction = call.read().await?;
    let mut accounts = transaction.admin_accounts()?.into_iter();
    let Some(account) = accounts.find(|account| asked.is_none_or(|id| account.id == id)) else {
        return Err(Problem::AccountNotFound.within::<ResponseOfListOfUser>());
    };
    let users = transaction.admin_users_of(account.id)?;
    many::<ResponseOfListOfUser, _>(&call, &mut transaction, users)
}
