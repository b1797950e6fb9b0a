//! `GET v1/core/accounts/{accId}/accessgroups` (the vendor's page of that name; docs/spec/pbnb.md §2).

use super::on_the_wire;
use crate::apis::pbnb::contract::{AccessGroup, ReturnOf};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet;
use crate::apis::pbnb::users::{WHOLE_ACCOUNT, existing};
use crate::apis::prelude::*;
use crate::store::Page;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listAccessGroups",
    action: Action {
        method: "GET",
        templates: &["v1/core/accounts/{accId}/accessgroups"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "List access groups",
    description: "All access groups of the account. With `groupname` or `usrId` in the query, another operation answers the one \
                  group that has the name or the member.",
    provenance: Provenance::PublicDoc,
    answers: &[Documented::ok::<ReturnOf<Vec<AccessGroup>>>(
        "The access groups; or, with `Success` false, why there is no list.",
        Provenance::PublicDoc,
    )],
    grows_with_world: true,
    run: |call, values| Box::pin(enveloped(list(call, values.into()))),
    ..Operation::NEW
};

async fn list(call: Call, Arguments { account }: Arguments) -> Result<Vec<AccessGroup>, Failure> {
    let mut transaction = call.read().await?;
    existing(&mut transaction, account)?;
    let groups = transaction.items_in::<facet::AccessGroup>(account, Page::All)?;
    Ok(groups.into_iter().map(on_the_wire).collect())
}
