//! `GET /external/api/v3/user` (spec/expoints.md §1): every user with its roles, never in pages.

use crate::apis::expoints::contract::UserModel;
use crate::apis::expoints::rules;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::{Action, Reply};

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listUsers",
    action: Action { method: "GET", templates: &["external/api/v3/user"], parameters: &[] },
    summary: "List users",
    description: "Every user with its roles, in the order in which the users were made. E-mail addresses are not shown.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[Documented {
        status: 200,
        when: "Every user.",
        content: AnswerContent::Value(<Option<Vec<UserModel>>>::KIND),
        provenance: Provenance::PublicDoc,
    }],
    samples: &[],
    run: |call| Box::pin(list(call)),
};

async fn list(call: Call) -> Outcome {
    let mut transaction = call.read().await?;
    let roles = transaction.expoints_roles()?;
    let users = transaction.expoints_users()?;
    Ok(Reply::ok(Some(rules::shown(users, roles))))
}
