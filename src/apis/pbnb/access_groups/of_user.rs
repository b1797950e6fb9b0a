//! `GET v1/core/accounts/{accId}/accessgroups?usrId=` (the vendor's page of that name; docs/spec/pbnb.md §2): the group that
//! has a user as a member.

use super::{ONE_GROUP, on_the_wire};
use crate::apis::pbnb::contract::AccessGroup;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet;
use crate::apis::pbnb::problem::Problem;
use crate::apis::pbnb::users::{self, WHOLE_ACCOUNT};
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
        user: i32 = required("usrId", "The number of a user: answers the access group that has this member."),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "findAccessGroupOfUser",
    action: Action {
        method: "GET",
        templates: &["v1/core/accounts/{accId}/accessgroups"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Find the access group of a user",
    description: "The access group of the account that has the user as a member.",
    provenance: Provenance::PublicDoc,
    answers: &[ONE_GROUP],
    run: |call, values| Box::pin(enveloped(of_user(call, values.into()))),
    ..Operation::NEW
};

async fn of_user(call: Call, Arguments { account, user }: Arguments) -> Result<AccessGroup, Failure> {
    let mut transaction = call.read().await?;
    let named = users::find(&mut transaction, account, user)?.user.facet.access_group_id;
    let group = named.map(|id| transaction.item::<facet::AccessGroup>(id)).transpose()?.flatten();
    match group.filter(|group| group.account_id == account) {
        Some(group) => Ok(on_the_wire(facet::AccessGroup::clone(&group))),
        None => Err(Problem::NoAccessGroup(user).into()),
    }
}
