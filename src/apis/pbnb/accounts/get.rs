//! `GET v1/core/Accounts/{accId}` (listed on the vendor's index; docs/spec/pbnb.md §2): the resources of an account. What an
//! entry contains, and that the operations below the account are meant, is chosen.

use crate::apis::pbnb::contract::{Resource, ReturnOf};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::users::{WHOLE_ACCOUNT, existing};
use crate::apis::prelude::*;

/// The resources below an account, as addresses spell them.
const RESOURCES: [&str; 5] = ["details", "users", "userdefaults", "quotadefaults", "accessgroups"];

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getAccount",
    action: Action { method: "GET", templates: &["v1/core/Accounts/{accId}"], parameters: Arguments::PARAMETERS },
    summary: "List the resources of an account",
    description: "An index of what can be read below the account, with addresses.",
    provenance: Provenance::PublicDoc,
    answers: &[Documented::ok::<ReturnOf<Vec<Resource>>>(
        "The resources; or, with `Success` false, why there are none.",
        Provenance::Chosen,
    )],
    run: |call, values| Box::pin(enveloped(get(call, values.into()))),
    ..Operation::NEW
};

async fn get(call: Call, Arguments { account }: Arguments) -> Result<Vec<Resource>, Failure> {
    let mut transaction = call.read().await?;
    existing(&mut transaction, account)?;
    let origin = &call.request.origin;
    let resource = |name: &str| Resource {
        name: Some(name.to_owned()),
        href: Some(format!("{origin}/v1/core/Accounts/{account}/{name}")),
    };
    Ok(RESOURCES.into_iter().map(resource).collect())
}
