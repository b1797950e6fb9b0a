//! `GET v1/core/Accounts/{accId}/users` (chosen, docs/spec/pbnb.md §16 #16): the vendor's other collections have an
//! unpaged list that is an array.

use super::{WHOLE_ACCOUNT, existing, on_the_wire};
use crate::apis::pbnb::contract::{ReturnOf, User};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::PbnbFacet;
use crate::apis::pbnb::rules::Expand;
use crate::apis::prelude::*;
use crate::store::Page;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listUsers",
    action: Action { method: "GET", templates: &["v1/core/Accounts/{accId}/users"], parameters: Arguments::PARAMETERS },
    summary: "List users",
    description: "Every user of the account, by number.",
    provenance: Provenance::Chosen,
    answers: &[Documented::ok::<ReturnOf<Vec<User>>>(
        "The users; or, with `Success` false, why there is no list.",
        Provenance::Chosen,
    )],
    grows_with_world: true,
    run: |call, values| Box::pin(enveloped(list(call, values.into()))),
    ..Operation::NEW
};

async fn list(call: Call, Arguments { account }: Arguments) -> Result<Vec<User>, Failure> {
    let mut transaction = call.read().await?;
    existing(&mut transaction, account)?;
    let users = transaction.members::<PbnbFacet>(account, Page::All)?;
    Ok(users.into_iter().map(|stored| on_the_wire(&call, stored.user, Expand::Nothing)).collect())
}
