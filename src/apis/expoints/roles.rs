//! `GET /external/api/v3/role` (docs/spec/expoints.md §1): every role, in the order of the state document. Roles are
//! read-only over this API.

use super::contract::RoleModel;
use super::facet::Role;
use super::rules;
use crate::apis::prelude::*;
use crate::store::Page;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listRoles",
    action: Action { method: "GET", templates: &["external/api/v3/role"], parameters: &[] },
    summary: "List roles",
    description: "The names and ids of every role that a user can have.",
    provenance: Provenance::PublicDoc,
    answers: &[Documented::ok::<Option<Vec<RoleModel>>>("Every role.", Provenance::PublicDoc)],
    grows_with_world: true,
    run: |call, _| Box::pin(list(call)),
    ..Operation::NEW
};

async fn list(call: Call) -> Outcome {
    let roles = call.read().await?.items::<Role>(Page::All)?;
    Ok(Reply::ok(Some(roles.into_iter().map(rules::role).collect::<Vec<_>>())))
}
