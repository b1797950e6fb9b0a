//! `POST /external/api/v3/user` (docs/spec/expoints.md §1, §6.2): adds users in bulk, all or nothing. The vendor's page
//! calls it adding "a user", but its body is the collection that PUT takes.

use crate::apis::expoints::contract::Batch;
use crate::apis::expoints::problem::PARAMETER;
use crate::apis::expoints::rules;
use crate::apis::prelude::*;
use http::StatusCode;

arguments! {
    struct Arguments {
        batch: Batch = body(PARAMETER, "The users to add.").example(r#"[{"Username": "alan", "Email": "alan@example.com", "Roles": [{"Id": "b4d7c0a2-9f31-4e86-8a5d-6c2e1f0b9a02"}], "Type": "Internal", "HasSingleActiveRole": true}]"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "createUsers",
    action: Action { method: "POST", templates: &["external/api/v3/user"], parameters: Arguments::PARAMETERS },
    summary: "Add users",
    description: "Adds every user of the batch or none; each problem of the batch is reported in one model state. A user \
                  whom only other APIs show so far becomes visible here too.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::empty(200, "Every user was added.", Provenance::Chosen),
        Documented::error(
            400,
            "Something in the batch cannot be carried out; nothing was changed.",
            Provenance::PublicDoc,
        ),
    ],
    run: |call, values| Box::pin(create(call, values.into())),
    ..Operation::NEW
};

async fn create(call: Call, Arguments { batch }: Arguments) -> Outcome {
    let batch = rules::complete(batch.0)?;
    let mut transaction = call.write().await?;
    let additions = rules::additions(batch, &mut transaction, &call)?;
    transaction.replace_facets(&additions.attached)?;
    transaction.insert_all(&additions.new)?;
    transaction.commit_together().await?;
    Ok(Reply::empty(StatusCode::OK))
}
