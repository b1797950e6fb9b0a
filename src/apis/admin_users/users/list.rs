//! `GET api/v1/admin/users` and `GET api/v2/admin/users` (docs/spec/admin-users.md §1.1): every user that the caller
//! may view.

use super::wire::Shown;
use super::{INVALID_ADDRESS, many};
use crate::apis::admin_users::contract::{ResponseOfListOfUser, ResponseOfListOfUserV2};
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::admin_users::facet::AdminUsersFacet;
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        super_users: bool =
            optional("IncludeSuperUsers", "Whether the vendor's own staff is also listed; false by default.").example("true"),
    }
}

/// The only operation whose page names this status.
const UNAUTHORIZED: Documented = Documented::error(
    401,
    "The caller may not see users: there is no token, or it is no longer valid.",
    Provenance::PublicDoc,
);

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listUsers",
    action: Action { method: "GET", templates: &["api/v1/admin/users"], parameters: Arguments::PARAMETERS },
    summary: "List users",
    description: "All users that the caller may view, by display name. Every caller may view every user (chosen).",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfListOfUser>("The users.", Provenance::PublicDoc),
        INVALID_ADDRESS,
        UNAUTHORIZED,
    ],
    grows_with_world: true,
    run: |call, values| Box::pin(list::<ResponseOfListOfUser, _>(call, values.into())),
    ..Operation::NEW
};

/// The operation in version 2.
pub const OPERATION_V2: Operation = Operation {
    id: "listUsersV2",
    action: Action { templates: &["api/v2/admin/users"], ..OPERATION.action },
    summary: "List users with their status",
    answers: &[
        Documented::ok::<ResponseOfListOfUserV2>("The users.", Provenance::PublicDoc),
        INVALID_ADDRESS,
        UNAUTHORIZED,
    ],
    run: |call, values| Box::pin(list::<ResponseOfListOfUserV2, _>(call, values.into())),
    ..OPERATION
};

async fn list<E: Envelope<Detail = Option<Vec<U>>>, U: Shown>(
    call: Call,
    Arguments { super_users }: Arguments,
) -> Outcome {
    let mut transaction = call.read().await?;
    let users = transaction.all::<AdminUsersFacet>()?.into_iter().map(|stored| stored.user);
    let users = users.filter(|user| super_users || !user.facet.super_user).collect();
    many::<E, U>(&call, &mut transaction, users)
}
