//! `GET api/v1/admin/users/{id}` and `GET api/v2/admin/users/{id}` (docs/spec/admin-users.md §1.1): one user's details.

use super::wire::Shown;
use super::{ID, INVALID_ADDRESS, find, one, unknown};
use crate::apis::admin_users::contract::{ResponseOfUser, ResponseOfUserV2};
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::admin_users::facet::AdminUsersFacet;
use crate::apis::prelude::*;
use crate::model::UserRecord;
use crate::store::{StoreError, Transaction};
use uuid::Uuid;

arguments! {
    struct Arguments {
        id: Uuid = ID,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getUser",
    action: Action { method: "GET", templates: &["api/v1/admin/users/{id}"], parameters: Arguments::PARAMETERS },
    summary: "Read one user",
    description: "The details of one user, a super user included. The logged in user needs permission to do this; here \
                  everyone has it (chosen).",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfUser>("The user.", Provenance::PublicDoc),
        INVALID_ADDRESS,
        unknown::<ResponseOfUser>(),
    ],
    keeps_answers: true,
    run: |call, values| Box::pin(get::<ResponseOfUser, _>(call, values.into())),
    ..Operation::NEW
};

/// The operation in version 2.
pub const OPERATION_V2: Operation = Operation {
    id: "getUserV2",
    action: Action { templates: &["api/v2/admin/users/{id}"], ..OPERATION.action },
    summary: "Read one user with its status",
    answers: &[
        Documented::ok::<ResponseOfUserV2>("The user.", Provenance::PublicDoc),
        INVALID_ADDRESS,
        unknown::<ResponseOfUserV2>(),
    ],
    run: |call, values| Box::pin(get::<ResponseOfUserV2, _>(call, values.into())),
    ..OPERATION
};

async fn get<E: Envelope<Detail = Option<U>>, U: Shown>(call: Call, Arguments { id }: Arguments) -> Outcome {
    let mut transaction = call.read().await?;
    let user = find::<E>(&mut transaction, id)?.user;
    one::<E, U>(&call, &mut transaction, user)
}

/// Where it shows a user.
pub fn address(_: &mut Transaction, user: &UserRecord) -> Result<Option<String>, StoreError> {
    let id = user.shared.id;
    Ok(user.facet::<AdminUsersFacet>().map(|_| format!("/api/v1/admin/users/{id}")))
}
