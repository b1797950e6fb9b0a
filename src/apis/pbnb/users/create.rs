//! `POST v1/core/Accounts/{accId}/users` (chosen, spec/pbnb.md §16 #16). The server makes ID, ProvisioningID and
//! ResourceIDs; the account's user defaults stand in for access types that were not sent.

use super::{WHOLE_ACCOUNT, existing, on_the_wire};
use crate::apis::Call;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::pbnb::contract::{ReturnOf, User};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::problem::{self, Problem};
use crate::apis::pbnb::rules::{self, Expand};
use crate::contract::{Contracted, Kind};
use crate::frameworks::webapi::{Action, From, Parameter};
use crate::model::{self, PbnbFacet};
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "createUser",
    action: Action {
        method: "POST",
        templates: &["v1/core/Accounts/{accId}/users"],
        parameters: &[
            WHOLE_ACCOUNT,
            Parameter {
                name: "item",
                kind: Kind::Object(User::CLASS),
                from: From::Body,
                doc: "The new user. ID, ProvisioningID and ResourceIDs are made by the server.",
            },
        ],
    },
    summary: "Create a user",
    description: "Adds a user to the account. Access types that are not sent are those of the account's user defaults.",
    provenance: Provenance::Chosen,
    anonymous: false,
    form: None,
    answers: &[Documented {
        status: 200,
        when: "The new user; or, with `Success` false, why there is none.",
        content: AnswerContent::Value(ReturnOf::<User>::KIND),
        provenance: Provenance::Chosen,
    }],
    samples: &[],
    run: |call| Box::pin(enveloped(create(call))),
};

async fn create(mut call: Call) -> Result<User, Failure> {
    let account: i32 = call.take(0);
    let Some(sent) = call.take::<Option<User>>(1) else { return Err(problem::no_document().into()) };
    if sent.id != 0 || !sent.provisioning_id.is_nil() || sent.resource_ids.is_some() {
        let message = "ID, ProvisioningID and ResourceIDs are made by the server; those that were sent are ignored.";
        call.advise("pbnb.member-not-updatable", message);
    }
    let mut transaction = call.write().await?;
    let defaults = existing(&mut transaction, account)?.user_defaults;
    rules::creatable(&sent, account)?;
    let id = transaction.unused_id(|| call.new_id())?;
    let mut user = model::User::new(id, transaction.now());
    if let Some(name) = &sent.username
        && transaction.username_taken(name, user.id)?
    {
        return Err(Problem::UsernameTaken(name.clone()).into());
    }
    let number = transaction.pbnb_next_user_id(account)?;
    // Only a state document can hold so large a number; without this the next user would be a fault.
    if number == i32::MAX && transaction.pbnb_user(account, number)?.is_some() {
        return Err(Problem::AccountFull(account).into());
    }
    fill(&mut user, sent, PbnbFacet { account_id: account, user_id: number, ..PbnbFacet::default() }, defaults, || {
        call.new_id()
    });
    transaction.insert(&user)?;
    transaction.commit()?;
    Ok(on_the_wire(&call, user, Expand::Nothing))
}

/// What the client sent, into a new user; each access type gets a resource (chosen).
fn fill(user: &mut model::User, sent: User, facet: PbnbFacet, defaults: i32, mut new_id: impl FnMut() -> Uuid) {
    let access = sent.access_types.unwrap_or_else(|| rules::granted(defaults));
    let numbers: Vec<i32> = access.into_iter().map(|access| access.0).collect();
    let mut distinct: Vec<i32> = numbers.clone();
    distinct.sort_unstable();
    distinct.dedup();
    user.username = sent.username;
    user.email = sent.email;
    user.pbnb = Some(PbnbFacet {
        auth: sent.auth.0,
        max_denials: sent.password_info.as_ref().map(|info| info.max_denials),
        reset_period: sent.password_info.as_ref().map(|info| info.reset_period),
        private_username: sent.sso_info.and_then(|info| info.private_username),
        access_types: Some(numbers),
        voucher_id: sent.voucher_id,
        provisioning_id: new_id(),
        resource_ids: distinct.into_iter().map(|number| (number, new_id())).collect(),
        ..facet
    });
    user.password = sent.password_info.and_then(|info| info.password);
    user.set_status(sent.status.0);
}
