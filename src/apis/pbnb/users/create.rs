//! `POST v1/core/Accounts/{accId}/users` (chosen, docs/spec/pbnb.md §16 #16). The server makes ID, ProvisioningID and
//! ResourceIDs; the account's user defaults replace access types that were not sent.

use super::{WHOLE_ACCOUNT, existing, on_the_wire};
use crate::apis::pbnb::contract::{ReturnOf, User};
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::{PbnbFacet, PbnbUser, UserDefaults};
use crate::apis::pbnb::problem::{self, Problem};
use crate::apis::pbnb::rules::{self, Expand};
use crate::apis::prelude::*;
use crate::contract::EnumMap;
use crate::model;
use uuid::Uuid;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
        user: Option<User> = body("item", "The new user. ID, ProvisioningID and ResourceIDs are made by the server.").example(r#"{"Username": "alan", "Email": "alan@example.com", "PasswordInfo": {"Password": "Bombe1940", "MaxDenials": 3, "ResetPeriod": 15}, "AccessTypes": ["IPSec_L2TP"]}"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "createUser",
    action: Action {
        method: "POST",
        templates: &["v1/core/Accounts/{accId}/users"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Create a user",
    description: "Adds a user to the account. Access types that are not sent are those of the account's user defaults.",
    provenance: Provenance::Chosen,
    answers: &[Documented::ok::<ReturnOf<User>>(
        "The new user; or, with `Success` false, why there is none.",
        Provenance::Chosen,
    )],
    run: |call, values| Box::pin(enveloped(create(call, values.into()))),
    ..Operation::NEW
};

async fn create(call: Call, Arguments { account, user: sent }: Arguments) -> Result<User, Failure> {
    let Some(sent) = sent else { return Err(problem::no_document().into()) };
    if sent.id != 0 || !sent.provisioning_id.is_nil() || sent.resource_ids.is_some() {
        let message = "ID, ProvisioningID and ResourceIDs are made by the server; those that were sent are ignored.";
        call.advise(rules::MEMBER_NOT_UPDATABLE, message);
    }
    let mut transaction = call.write().await?;
    let defaults = existing(&mut transaction, account)?.user_defaults;
    rules::creatable(&sent, account)?;
    // `creatable` refuses a user without a name.
    let name = sent.username.clone().unwrap_or_default();
    let elsewhere = transaction.elsewhere_by_username::<PbnbFacet>(&name)?;
    if elsewhere.is_none() && transaction.find_by_username::<PbnbFacet>(&name)?.is_some() {
        return Err(Problem::UsernameTaken(name).into());
    }
    let number = transaction.next_number::<PbnbFacet>(account)?;
    // Only a state document can hold so large a number; without this the next user would be a fault.
    if number == i32::MAX && transaction.find::<PbnbFacet>((account, number))?.is_some() {
        return Err(Problem::AccountFull(account).into());
    }
    let facet = PbnbFacet { account_id: account, user_id: number, ..PbnbFacet::default() };
    let shared = call.shared_members(&mut transaction, elsewhere.as_ref())?;
    let user = filled(PbnbUser { shared, facet }, sent, defaults, || call.new_id());
    call.add_user(&mut transaction, elsewhere.as_ref(), &user, &name)?;
    transaction.commit_together().await?;
    Ok(on_the_wire(&call, user, Expand::Nothing))
}

/// A new user with what the client sent; each access type gets a resource (chosen).
fn filled(new: PbnbUser, sent: User, defaults: UserDefaults, mut new_id: impl FnMut() -> Uuid) -> PbnbUser {
    let access_types = sent.access_types.unwrap_or_else(|| rules::granted(defaults));
    let mut distinct = access_types.clone();
    distinct.sort_unstable_by_key(|access| access.0);
    distinct.dedup();
    let mut user = PbnbUser {
        facet: PbnbFacet {
            auth: sent.auth,
            max_denials: sent.password_info.as_ref().map(|info| info.max_denials),
            reset_period: sent.password_info.as_ref().map(|info| info.reset_period),
            private_username: sent.sso_info.and_then(|info| info.private_username),
            access_types: Some(access_types),
            voucher_id: sent.voucher_id,
            provisioning_id: new_id(),
            resource_ids: EnumMap(distinct.into_iter().map(|access| (access, new_id())).collect()),
            ..new.facet
        },
        shared: model::User {
            username: sent.username,
            // A user that other APIs show keeps the members that were not sent (chosen, docs/one-user.md).
            email: sent.email.or(new.shared.email),
            password: sent.password_info.and_then(|info| info.password).or(new.shared.password),
            ..new.shared
        },
    };
    user.set_status(sent.status);
    user
}
