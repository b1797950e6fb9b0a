//! `GET v1/core/Accounts/{accId}/users/roles`: the vendor's page on assigning a role names it as the source of role
//! ids; what it answers is chosen (spec/pbnb.md §16 #23).

use super::{WHOLE_ACCOUNT, existing};
use crate::apis::Call;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::pbnb::contract::{ReturnOf, Role};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listRoles",
    action: Action {
        method: "GET",
        templates: &["v1/core/Accounts/{accId}/users/roles"],
        parameters: &[WHOLE_ACCOUNT],
    },
    summary: "List roles",
    description: "The delegated-admin roles that can be assigned to users of the account.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[Documented {
        status: 200,
        when: "The roles; or, with `Success` false, why there is no list.",
        content: AnswerContent::Value(ReturnOf::<Vec<Role>>::KIND),
        provenance: Provenance::Chosen,
    }],
    samples: &[],
    run: |call| Box::pin(enveloped(roles(call))),
};

async fn roles(mut call: Call) -> Result<Vec<Role>, Failure> {
    let account = call.take(0);
    let mut transaction = call.read().await?;
    existing(&mut transaction, account)?;
    let roles = transaction.pbnb_roles()?;
    Ok(roles.into_iter().map(|role| Role { id: role.id, name: Some(role.name) }).collect())
}
