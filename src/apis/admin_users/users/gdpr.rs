//! `POST api/v1/UserAdminAPI/UserUpdateGDPR/{id}` (docs/spec/admin-users.md §1.1): a user accepts or declines the
//! privacy policy and the data processing agreement. The answer and the effect are chosen
//! (docs/spec/admin-users.md §14 #24).

use super::{BODY, ID, INVALID, find, success, unknown};
use crate::apis::admin_users::contract::{ResponseOfUser, User};
use crate::apis::admin_users::{problem, rules};
use crate::apis::prelude::*;
use uuid::Uuid;

arguments! {
    struct Arguments {
        id: Uuid = ID,
        details: Option<User> = BODY,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "updateUserGDPR",
    action: Action {
        method: "POST",
        templates: &["api/v1/UserAdminAPI/UserUpdateGDPR/{id}"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Update a user's GDPR settings",
    description: "Sets AgreementDate, DeclineDate, DPAVersion and PrivacyPolicyVersion from the document, and nothing \
                  else. The document is a whole user nevertheless, its required members included.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfUser>("The modified user.", Provenance::Chosen),
        INVALID,
        unknown::<ResponseOfUser>(),
    ],
    run: |call, values| Box::pin(update(call, values.into())),
    ..Operation::NEW
};

async fn update(call: Call, Arguments { id, details }: Arguments) -> Outcome {
    let Some(details) = details else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    let stored = find::<ResponseOfUser>(&mut transaction, id)?;
    let mut user = stored.user.clone();
    rules::apply_gdpr(details, &mut user);
    user.shared.modified_at = transaction.now();
    transaction.change(&stored, &user)?;
    let reply = success(&call, &mut transaction, user)?;
    transaction.commit_together().await?;
    Ok(reply)
}
