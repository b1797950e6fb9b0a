//! `PATCH /v1.0/accounts/{ACCOUNT_TENANT_ID}/users/{USER_ID}` (seed 001): JSON Patch over a user's name, e-mail address
//! and roles, atomic.

use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::reseller::contract::{Failure, PatchOperation, Success, timestamp};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::{rules, samples};
use crate::apis::{Call, Outcome};
use crate::contract::{Contracted, Kind};
use crate::webapi::{Action, From, Parameter, Reply};
use http::HeaderName;
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "patchUser",
    action: Action {
        method: "PATCH",
        templates: &["v1.0/accounts/{accountTenantId}/users/{userId}"],
        parameters: &[
            Parameter {
                name: "accountTenantId",
                kind: Kind::Guid,
                from: From::Uri,
                doc: "The tenant id of the account.",
            },
            Parameter { name: "userId", kind: Kind::Guid, from: From::Uri, doc: "The user's id." },
            Parameter {
                name: "patch",
                kind: <Option<Vec<PatchOperation>>>::KIND,
                from: From::Body,
                doc: "A JSON Patch document over displayName, email and roles.",
            },
        ],
    },
    summary: "Change a user by JSON Patch",
    description: "Updates a specific set of properties. Careful with replace on /roles: roles that are not in the \
                  value are taken from the user.",
    provenance: Provenance::Seed,
    anonymous: false,
    answers: &[
        documented(200, "The user was changed.", Success::KIND),
        documented(400, "An id is malformed, or the patch cannot be applied.", Failure::KIND),
        documented(404, "No account has the tenant id, or none of its users the user id.", Failure::KIND),
    ],
    samples: samples::PATCH,
    run: |call| Box::pin(patch(call)),
};

const fn documented(status: u16, when: &'static str, kind: Kind) -> Documented {
    Documented { status, when, content: AnswerContent::Value(kind), provenance: Provenance::Seed }
}

/// What Azure's telemetry adds to the answer of a PATCH, constant for a deployment (seed 001).
const REQUEST_CONTEXT: (HeaderName, &str) =
    (HeaderName::from_static("request-context"), "appId=cid-v1:d24f4c80-0a0a-432e-85aa-a6f91f13a038");

async fn patch(mut call: Call) -> Outcome {
    let (tenant, id): (Uuid, Uuid) = (call.take(0), call.take(1));
    let body: Option<String> = call.take(2);
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let document = rules::document(&body.unwrap_or_default()).map_err(|problem| problem.at(now))?;
    let Some(mut user) = transaction.reseller_user(tenant, id).await? else { return Err(Problem::NotFound.at(now)) };
    rules::advise(&call, &document, &user, tenant);
    rules::apply(&document, &mut user, tenant).map_err(|problem| problem.at(now))?;
    user.modified_at = now;
    transaction.save(&user).await?;
    transaction.commit().await?;
    let success = Success { status: Some("success".to_owned()), timestamp: Some(timestamp(now)) };
    let (name, value) = REQUEST_CONTEXT;
    Ok(Reply::ok(success).header(name, value))
}
