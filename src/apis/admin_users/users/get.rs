//! `GET api/v1/admin/users/{id}` and `GET api/v2/admin/users/{id}` (spec/admin-users.md §1.1): one user's details.

use super::wire::Shown;
use super::{ID, INVALID_ADDRESS, answered, find, one, unknown};
use crate::apis::admin_users::contract::{ResponseOfUser, ResponseOfUserV2};
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::operation::{Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::webapi::Action;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getUser",
    action: Action { method: "GET", templates: &["api/v1/admin/users/{id}"], parameters: &[ID] },
    summary: "Read one user",
    description: "The details of one user, a super user included.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        answered("The user.", ResponseOfUser::KIND, Provenance::PublicDoc),
        INVALID_ADDRESS,
        unknown(ResponseOfUser::KIND),
    ],
    samples: &[],
    run: |call| Box::pin(get::<ResponseOfUser, _>(call)),
};

/// The operation in version 2.
pub const OPERATION_V2: Operation = Operation {
    id: "getUserV2",
    action: Action { templates: &["api/v2/admin/users/{id}"], ..OPERATION.action },
    summary: "Read one user with its status",
    answers: &[
        answered("The user.", ResponseOfUserV2::KIND, Provenance::PublicDoc),
        INVALID_ADDRESS,
        unknown(ResponseOfUserV2::KIND),
    ],
    run: |call| Box::pin(get::<ResponseOfUserV2, _>(call)),
    ..OPERATION
};

async fn get<E: Envelope<Detail = Option<U>>, U: Shown>(mut call: Call) -> Outcome {
    let id = call.take(0);
    let mut transaction = call.read().await?;
    let user = find::<E>(&mut transaction, id)?.user;
    one::<E, U>(&call, &mut transaction, user)
}
