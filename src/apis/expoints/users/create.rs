//! `POST /external/api/v3/user` (spec/expoints.md §1, §6.2): adds users in bulk, all or nothing. The vendor's page calls
//! it adding "a user", but its body is the collection that PUT takes.

use crate::apis::expoints::contract::{IMPORT_USERS, ImportUser};
use crate::apis::expoints::problem::PARAMETER;
use crate::apis::expoints::rules;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::frameworks::webapi::{Action, From, Parameter, Reply};
use http::StatusCode;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "createUsers",
    action: Action {
        method: "POST",
        templates: &["external/api/v3/user"],
        parameters: &[Parameter { name: PARAMETER, kind: IMPORT_USERS, from: From::Body, doc: "The users to add." }],
    },
    summary: "Add users",
    description: "Adds every user of the batch or none; each problem of the batch is reported in one model state. A user \
                  whom only other APIs show so far becomes visible here too.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        Documented {
            status: 200,
            when: "Every user was added.",
            content: AnswerContent::Empty,
            provenance: Provenance::Chosen,
        },
        Documented {
            status: 400,
            when: "Something in the batch cannot be carried out; nothing was changed.",
            content: AnswerContent::HttpError,
            provenance: Provenance::PublicDoc,
        },
    ],
    samples: &[],
    run: |call| Box::pin(create(call)),
};

async fn create(mut call: Call) -> Outcome {
    let batch: Option<Vec<Option<ImportUser>>> = call.take(0);
    let batch = rules::complete(batch)?;
    let mut transaction = call.write().await?;
    let additions = rules::additions(batch, &mut transaction, || call.new_id())?;
    transaction.expoints_replace(&additions.attached)?;
    transaction.insert_all(&additions.new)?;
    transaction.commit()?;
    Ok(Reply::empty(StatusCode::OK))
}
