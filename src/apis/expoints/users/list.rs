//! `GET /external/api/v3/user` (docs/spec/expoints.md §1): every user with its roles, never in pages.

use crate::apis::expoints::contract::UserModel;
use crate::apis::expoints::facet::{ExpointsFacet, Role};
use crate::apis::expoints::rules;
use crate::apis::prelude::*;
use crate::model::UserRecord;
use crate::store::{Page, StoreError, Transaction};

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listUsers",
    action: Action { method: "GET", templates: &["external/api/v3/user"], parameters: &[] },
    summary: "List users",
    description: "Every user with its roles, in the order in which the users were made. E-mail addresses are not shown.",
    provenance: Provenance::PublicDoc,
    answers: &[Documented::ok::<Option<Vec<UserModel>>>("Every user.", Provenance::PublicDoc)],
    grows_with_world: true,
    run: |call, _| Box::pin(list(call)),
    ..Operation::NEW
};

async fn list(call: Call) -> Outcome {
    let mut transaction = call.read().await?;
    let roles = transaction.items::<Role>(Page::All)?;
    let users = transaction.all::<ExpointsFacet>()?;
    Ok(Reply::ok(Some(rules::shown(users, roles))))
}

/// Where it shows a user: among all others, for there is no other read.
pub fn address(_: &mut Transaction, user: &UserRecord) -> Result<Option<String>, StoreError> {
    Ok(user.facet::<ExpointsFacet>().map(|_| "/external/api/v3/user".to_owned()))
}
