//! `DELETE v1/core/accounts/{accId}/accessgroups/{accgrpId}/members/{accgrpmbrId}` (the vendor's page of that name;
//! docs/spec/pbnb.md §2): answers the member that was removed.

use super::{GROUP, find, member};
use crate::apis::pbnb::contract::{AccessGroupMember, ReturnOf};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::PbnbFacet;
use crate::apis::pbnb::problem::Problem;
use crate::apis::pbnb::users::WHOLE_ACCOUNT;
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT.example("4"),
        group: i32 = GROUP,
        member: i32 = required("accgrpmbrId", "The member's number.").example("1"),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "removeAccessGroupMember",
    action: Action {
        method: "DELETE",
        templates: &["v1/core/accounts/{accId}/accessgroups/{accgrpId}/members/{accgrpmbrId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Remove a member of an access group",
    description: "Takes a user out of the access group and answers which member it was.",
    provenance: Provenance::PublicDoc,
    answers: &[Documented::ok::<ReturnOf<AccessGroupMember>>(
        "The member; or, with `Success` false, why it was not removed.",
        Provenance::PublicDoc,
    )],
    run: |call, values| Box::pin(enveloped(remove(call, values.into()))),
    ..Operation::NEW
};

async fn remove(call: Call, arguments: Arguments) -> Result<AccessGroupMember, Failure> {
    let Arguments { account, group, member: id } = arguments;
    let mut transaction = call.write().await?;
    find(&mut transaction, account, group)?;
    let stored = transaction.find::<PbnbFacet>((account, id))?;
    let found = stored.and_then(|stored| Some((member(&stored.user, group)?, stored)));
    let Some((member, stored)) = found else { return Err(Problem::MemberNotFound(id).into()) };
    let mut user = stored.user.clone();
    user.facet.access_group_id = None;
    user.shared.modified_at = transaction.now();
    transaction.change(&stored, &user)?;
    transaction.commit_together().await?;
    Ok(member)
}
