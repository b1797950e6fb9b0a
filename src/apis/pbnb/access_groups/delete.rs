//! `DELETE v1/core/accounts/{accId}/accessgroups/{accgrpId}` (the vendor's page of that name; docs/spec/pbnb.md §2): answers
//! the group that was deleted. Its members are in no group then.

use super::{GROUP, ONE_GROUP, find, on_the_wire};
use crate::apis::pbnb::contract::AccessGroup;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet;
use crate::apis::pbnb::users::WHOLE_ACCOUNT;
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT.example("4"),
        group: i32 = GROUP,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "deleteAccessGroup",
    action: Action {
        method: "DELETE",
        templates: &["v1/core/accounts/{accId}/accessgroups/{accgrpId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Delete an access group",
    description: "Deletes the access group and answers which one it was. Its members are in no group then.",
    provenance: Provenance::PublicDoc,
    answers: &[ONE_GROUP],
    run: |call, values| Box::pin(enveloped(delete(call, values.into()))),
    ..Operation::NEW
};

async fn delete(call: Call, Arguments { account, group }: Arguments) -> Result<AccessGroup, Failure> {
    let mut transaction = call.write().await?;
    let group = facet::AccessGroup::clone(&*find(&mut transaction, account, group)?);
    transaction.save_item(&facet::AccessGroup { deleted: true, ..group.clone() })?;
    transaction.commit_together().await?;
    Ok(on_the_wire(group))
}
