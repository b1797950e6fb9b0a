//! `GET v1/core/accounts/{accId}/accessgroups/{accgrpId}` (the vendor's page of that name; docs/spec/pbnb.md §2).

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
    id: "getAccessGroup",
    action: Action {
        method: "GET",
        templates: &["v1/core/accounts/{accId}/accessgroups/{accgrpId}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Read an access group",
    description: "One access group of the account.",
    provenance: Provenance::PublicDoc,
    answers: &[ONE_GROUP],
    run: |call, values| Box::pin(enveloped(get(call, values.into()))),
    ..Operation::NEW
};

async fn get(call: Call, Arguments { account, group }: Arguments) -> Result<AccessGroup, Failure> {
    let mut transaction = call.read().await?;
    let group = find(&mut transaction, account, group)?;
    Ok(on_the_wire(facet::AccessGroup::clone(&group)))
}
