//! `GET /external/api/v3/role` (spec/expoints.md §1): every role, in the order of the state document. Roles are
//! read-only over this API.

use super::contract::RoleModel;
use super::rules;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::{Action, Reply};

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listRoles",
    action: Action { method: "GET", templates: &["external/api/v3/role"], parameters: &[] },
    summary: "List roles",
    description: "The names and ids of every role that a user can have.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[Documented {
        status: 200,
        when: "Every role.",
        content: AnswerContent::Value(<Option<Vec<RoleModel>>>::KIND),
        provenance: Provenance::PublicDoc,
    }],
    samples: &[],
    run: |call| Box::pin(list(call)),
};

async fn list(call: Call) -> Outcome {
    let roles = call.read().await?.expoints_roles()?;
    Ok(Reply::ok(Some(roles.into_iter().map(rules::role).collect::<Vec<_>>())))
}
