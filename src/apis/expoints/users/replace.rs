//! `PUT /external/api/v3/user` (seed 003): updates users in bulk, all or nothing, every problem in one answer.

use crate::apis::expoints::contract::{IMPORT_USERS, ImportUser};
use crate::apis::expoints::problem::PARAMETER;
use crate::apis::expoints::rules;
use crate::apis::expoints::samples;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::webapi::{Action, From, Parameter, Reply};
use http::StatusCode;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "updateUsers",
    action: Action {
        method: "PUT",
        templates: &["external/api/v3/user"],
        parameters: &[Parameter { name: PARAMETER, kind: IMPORT_USERS, from: From::Body, doc: "The users to update." }],
    },
    summary: "Update users",
    description: "Updates every user of the batch or none; each problem of the batch is reported in one model state.",
    provenance: Provenance::Seed,
    anonymous: false,
    answers: &[
        Documented {
            status: 200,
            when: "Every user was updated.",
            content: AnswerContent::Empty,
            provenance: Provenance::Seed,
        },
        Documented {
            status: 400,
            when: "Something in the batch cannot be carried out; nothing was changed.",
            content: AnswerContent::HttpError,
            provenance: Provenance::Seed,
        },
    ],
    samples: samples::PUT,
    run: |call| Box::pin(replace(call)),
};

async fn replace(mut call: Call) -> Outcome {
    let batch: Option<Vec<Option<ImportUser>>> = call.take(0);
    let batch = rules::complete(batch)?;
    let mut transaction = call.write().await?;
    let updates = rules::updates(batch, &mut transaction).await?;
    transaction.expoints_replace(&updates).await?;
    transaction.commit().await?;
    Ok(Reply::empty(StatusCode::OK))
}
