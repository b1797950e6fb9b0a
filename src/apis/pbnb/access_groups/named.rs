//! `GET v1/core/accounts/{accId}/accessgroups?groupname=` (the vendor's page of that name; docs/spec/pbnb.md §2): one group by
//! its name, without regard to case (chosen).

use super::{ONE_GROUP, on_the_wire};
use crate::apis::pbnb::contract::AccessGroup;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet;
use crate::apis::pbnb::problem::Problem;
use crate::apis::pbnb::users::{WHOLE_ACCOUNT, existing};
use crate::apis::prelude::*;
use crate::store::Page;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
        name: Option<String> = required("groupname", "The name of an access group: answers that group alone."),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "findAccessGroupByName",
    action: Action {
        method: "GET",
        templates: &["v1/core/accounts/{accId}/accessgroups"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Find an access group by its name",
    description: "The access group of the account with a name.",
    provenance: Provenance::PublicDoc,
    answers: &[ONE_GROUP],
    grows_with_world: true,
    run: |call, values| Box::pin(enveloped(named(call, values.into()))),
    ..Operation::NEW
};

async fn named(call: Call, Arguments { account, name }: Arguments) -> Result<AccessGroup, Failure> {
    let name = name.unwrap_or_default();
    let mut transaction = call.read().await?;
    existing(&mut transaction, account)?;
    let groups = transaction.items_in::<facet::AccessGroup>(account, Page::All)?;
    let folded = name.to_lowercase();
    match groups.into_iter().find(|group| group.name.to_lowercase() == folded) {
        Some(group) => Ok(on_the_wire(group)),
        None => Err(Problem::AccessGroupNotNamed(name).into()),
    }
}
