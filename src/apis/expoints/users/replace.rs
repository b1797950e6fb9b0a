//! `PUT /external/api/v3/user` (seed 003): updates users in bulk, all or nothing, every problem in one answer.

use crate::apis::expoints::contract::Batch;
use crate::apis::expoints::problem::PARAMETER;
use crate::apis::expoints::rules;
use crate::apis::expoints::samples;
use crate::apis::prelude::*;
use http::StatusCode;

arguments! {
    struct Arguments {
        batch: Batch = body(PARAMETER, "The users to update.").example(r#"[{"Username": "jan", "Email": "jan@example.org", "Roles": [{"Id": "9b815af0-51da-430e-8c25-52f7f6cdf0a6"}], "Type": "Internal", "HasSingleActiveRole": true}]"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "updateUsers",
    action: Action { method: "PUT", templates: &["external/api/v3/user"], parameters: Arguments::PARAMETERS },
    summary: "Update users",
    description: "Updates every user of the batch or none; each problem of the batch is reported in one model state.",
    provenance: Provenance::Seed,
    answers: &[
        Documented::empty(200, "Every user was updated.", Provenance::Seed),
        seed(400, "Something in the batch cannot be carried out; nothing was changed."),
        seed(401, "The token is missing or not valid."),
        seed(403, "The token is valid but may not be used here."),
        seed(408, "The request did not arrive in time."),
        seed(429, "There were too many requests in a given time."),
        seed(500, "The server met something unexpected."),
        seed(503, "The server cannot answer now; try again later."),
    ],
    samples: samples::PUT,
    run: |call, values| Box::pin(replace(call, values.into())),
    ..Operation::NEW
};

/// A status of the vendor's table. The framework's error as its content is chosen for 408, 429 and 503
/// (docs/spec/expoints.md §8 #14).
const fn seed(status: u16, when: &'static str) -> Documented {
    Documented::error(status, when, Provenance::Seed)
}

async fn replace(call: Call, Arguments { batch }: Arguments) -> Outcome {
    let batch = rules::complete(batch.0)?;
    let mut transaction = call.write().await?;
    let updates = rules::updates(batch, &mut transaction, &call)?;
    transaction.replace_facets(&updates)?;
    transaction.commit_together().await?;
    Ok(Reply::empty(StatusCode::OK))
}
