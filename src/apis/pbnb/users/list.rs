//! `GET v1/core/Accounts/{accId}/users` (chosen, spec/pbnb.md §16 #16): the vendor's other collections have an unpaged
//! list that is an array.

use super::{WHOLE_ACCOUNT, existing, on_the_wire};
use crate::apis::Call;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::pbnb::contract::{ReturnOf, User};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::rules::Expand;
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listUsers",
    action: Action { method: "GET", templates: &["v1/core/Accounts/{accId}/users"], parameters: &[WHOLE_ACCOUNT] },
    summary: "List users",
    description: "Every user of the account, by number.",
    provenance: Provenance::Chosen,
    anonymous: false,
    form: None,
    answers: &[Documented {
        status: 200,
        when: "The users; or, with `Success` false, why there is no list.",
        content: AnswerContent::Value(ReturnOf::<Vec<User>>::KIND),
        provenance: Provenance::Chosen,
    }],
    samples: &[],
    run: |call| Box::pin(enveloped(list(call))),
};

async fn list(mut call: Call) -> Result<Vec<User>, Failure> {
    let account = call.take(0);
    let mut transaction = call.read().await?;
    existing(&mut transaction, account)?;
    let users = transaction.pbnb_users(account)?;
    Ok(users.into_iter().map(|user| on_the_wire(&call, user, Expand::Nothing)).collect())
}
