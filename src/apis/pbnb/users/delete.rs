//! `DELETE v1/core/Accounts/{accId}/users/{usrId}` (chosen, docs/spec/pbnb.md §16 #16): as the vendor's other deletions
//! it answers what was deleted. Another API that knows the user keeps it (docs/spec/control.md §3).

use super::{ACCOUNT, USER, find, on_the_wire};
use crate::apis::pbnb::contract::{ReturnOf, User};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::PbnbFacet;
use crate::apis::pbnb::rules::Expand;
use crate::apis::prelude::*;
use crate::contract::Facet;

arguments! {
    struct Arguments {
        account: i32 = ACCOUNT,
        user: i32 = USER,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "deleteUser",
    action: Action {
        method: "DELETE",
        templates: &["v1/core/Accounts/{accId}/users/{usrId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Delete a user",
    description: "Takes the user out of the account and answers it as it was.",
    provenance: Provenance::Chosen,
    answers: &[Documented::ok::<ReturnOf<User>>(
        "The user as it was; or, with `Success` false, why nothing was deleted.",
        Provenance::Chosen,
    )],
    run: |call, values| Box::pin(enveloped(delete(call, values.into()))),
    ..Operation::NEW
};

async fn delete(call: Call, Arguments { account, user }: Arguments) -> Result<User, Failure> {
    let mut transaction = call.write().await?;
    let found = find(&mut transaction, account, user)?;
    transaction.remove_facet(found.user.shared.id, PbnbFacet::TYPE)?;
    transaction.commit_together().await?;
    Ok(on_the_wire(&call, found.user, Expand::Nothing))
}
