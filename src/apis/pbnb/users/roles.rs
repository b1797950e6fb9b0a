//! `GET v1/core/Accounts/{accId}/users/roles`: the vendor's page on assigning a role names it as the source of role
//! ids; what it answers is chosen (docs/spec/pbnb.md §16 #23).

use super::{WHOLE_ACCOUNT, existing};
use crate::apis::pbnb::contract::{ReturnOf, Role};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet;
use crate::apis::prelude::*;
use crate::store::Page;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listRoles",
    action: Action {
        method: "GET",
        templates: &["v1/core/Accounts/{accId}/users/roles"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "List roles",
    description: "The delegated-admin roles that can be assigned to users of the account.",
    provenance: Provenance::PublicDoc,
    answers: &[Documented::ok::<ReturnOf<Vec<Role>>>(
        "The roles; or, with `Success` false, why there is no list.",
        Provenance::Chosen,
    )],
    grows_with_world: true,
    run: |call, values| Box::pin(enveloped(roles(call, values.into()))),
    ..Operation::NEW
};

async fn roles(call: Call, Arguments { account }: Arguments) -> Result<Vec<Role>, Failure> {
    let mut transaction = call.read().await?;
    existing(&mut transaction, account)?;
    let roles = transaction.items::<facet::Role>(Page::All)?;
    Ok(roles.into_iter().map(|role| Role { id: role.id, name: Some(role.name) }).collect())
}
