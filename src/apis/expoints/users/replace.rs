//! `PUT /external/api/v3/user` (seed 003): updates users in bulk, all or nothing, every problem in one answer.

use crate::apis::expoints::contract::{IMPORT_USERS, ImportUser};
use crate::apis::expoints::problem::PARAMETER;
use crate::apis::expoints::rules;
use crate::apis::expoints::samples;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::frameworks::webapi::{Action, From, Parameter, Reply};
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
    form: None,
    answers: &[
        Documented {
            status: 200,
            when: "Every user was updated.",
            content: AnswerContent::Empty,
            provenance: Provenance::Seed,
        },
        error(400, "Something in the batch cannot be carried out; nothing was changed."),
        error(401, "The token is missing or not good."),
        error(403, "The token is good and may not be used here."),
        error(408, "The request did not arrive in time."),
        error(429, "There were too many requests in a time."),
        error(500, "The server met something unexpected."),
        error(503, "The server cannot answer now; try again later."),
    ],
    samples: samples::PUT,
    run: |call| Box::pin(replace(call)),
};

/// A status of the vendor's table. The framework's error as its content is chosen for 408, 429 and 503
/// (spec/expoints.md §8 #14).
const fn error(status: u16, when: &'static str) -> Documented {
    Documented { status, when, content: AnswerContent::HttpError, provenance: Provenance::Seed }
}

async fn replace(mut call: Call) -> Outcome {
    let batch: Option<Vec<Option<ImportUser>>> = call.take(0);
    let batch = rules::complete(batch)?;
    let mut transaction = call.write().await?;
    let updates = rules::updates(batch, &mut transaction)?;
    transaction.expoints_replace(&updates)?;
    transaction.commit()?;
    Ok(Reply::empty(StatusCode::OK))
}
