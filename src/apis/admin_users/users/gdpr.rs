//! `POST api/v1/UserAdminAPI/UserUpdateGDPR/{id}` (spec/admin-users.md §1.1): a user accepts or declines the privacy
//! policy and the data processing agreement. The answer and the effect are chosen (§14 #24).

use super::{BODY, ID, INVALID, answered, find, success, unknown};
use crate::apis::admin_users::contract::{ResponseOfUser, User};
use crate::apis::admin_users::{problem, rules};
use crate::apis::operation::{Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "updateUserGDPR",
    action: Action { method: "POST", templates: &["api/v1/UserAdminAPI/UserUpdateGDPR/{id}"], parameters: &[ID, BODY] },
    summary: "Update a user's GDPR settings",
    description: "Sets AgreementDate, DeclineDate, DPAVersion and PrivacyPolicyVersion to what the document says, and \
                  nothing else. The document is a whole user all the same, its required members included.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        answered("The modified user.", ResponseOfUser::KIND, Provenance::Chosen),
        INVALID,
        unknown(ResponseOfUser::KIND),
    ],
    samples: &[],
    run: |call| Box::pin(update(call)),
};

async fn update(mut call: Call) -> Outcome {
    let id = call.take(0);
    let Some(details) = call.take::<Option<User>>(1) else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    let stored = find::<ResponseOfUser>(&mut transaction, id)?;
    let mut user = stored.user.clone();
    rules::apply_gdpr(details, &mut user);
    user.modified_at = transaction.now();
    transaction.change(&stored, &user)?;
    let reply = success(&call, &mut transaction, user)?;
    transaction.commit()?;
    Ok(reply)
}
