//! `DELETE v1/core/Accounts/{accId}/users/{usrId}` (chosen, spec/pbnb.md §16 #16): as the vendor's other deletions it
//! answers what was deleted. Another API that knows the user keeps it (spec/control.md §3).

use super::{ACCOUNT, USER, find, on_the_wire};
use crate::apis::Call;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::pbnb::contract::{ReturnOf, User};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::rules::Expand;
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;
use crate::model::Api;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "deleteUser",
    action: Action {
        method: "DELETE",
        templates: &["v1/core/Accounts/{accId}/users/{usrId}"],
        parameters: &[ACCOUNT, USER],
    },
    summary: "Delete a user",
    description: "Takes the user out of the account and answers it as it was.",
    provenance: Provenance::Chosen,
    anonymous: false,
    form: None,
    answers: &[Documented {
        status: 200,
        when: "The user as it was; or, with `Success` false, why nothing was deleted.",
        content: AnswerContent::Value(ReturnOf::<User>::KIND),
        provenance: Provenance::Chosen,
    }],
    samples: &[],
    run: |call| Box::pin(enveloped(delete(call))),
};

async fn delete(mut call: Call) -> Result<User, Failure> {
    let (account, user) = (call.take(0), call.take(1));
    let mut transaction = call.write().await?;
    let found = find(&mut transaction, account, user)?;
    transaction.remove_facet(found.user.id, Api::Pbnb)?;
    transaction.commit()?;
    Ok(on_the_wire(&call, found.user, Expand::Nothing))
}
