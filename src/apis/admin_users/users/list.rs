//! `GET api/v1/admin/users` and `GET api/v2/admin/users` (spec/admin-users.md §1.1): every user that the caller may view.

use super::wire::Shown;
use super::{INVALID_ADDRESS, answered, many};
use crate::apis::admin_users::contract::{ResponseOfListOfUser, ResponseOfListOfUserV2};
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance};
use crate::apis::{Call, Outcome};
use crate::contract::{Contracted, Kind};
use crate::frameworks::webapi::{Action, From, Parameter};

const INCLUDE_SUPER_USERS: Parameter = Parameter {
    name: "IncludeSuperUsers",
    kind: Kind::Bool,
    from: From::OptionalUri,
    doc: "Whether the vendor's own staff is listed too; false by default.",
};

/// The only operation whose page names this status.
const UNAUTHORIZED: Documented = Documented {
    status: 401,
    when: "The caller may not see users: there is no token, or it is no longer good.",
    content: AnswerContent::HttpError,
    provenance: Provenance::PublicDoc,
};

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listUsers",
    action: Action { method: "GET", templates: &["api/v1/admin/users"], parameters: &[INCLUDE_SUPER_USERS] },
    summary: "List users",
    description: "All users that the caller may view, by display name. Every caller may view every user (chosen).",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        answered("The users.", ResponseOfListOfUser::KIND, Provenance::PublicDoc),
        INVALID_ADDRESS,
        UNAUTHORIZED,
    ],
    samples: &[],
    run: |call| Box::pin(list::<ResponseOfListOfUser, _>(call)),
};

/// The operation in version 2.
pub const OPERATION_V2: Operation = Operation {
    id: "listUsersV2",
    action: Action { templates: &["api/v2/admin/users"], ..OPERATION.action },
    summary: "List users with their status",
    answers: &[
        answered("The users.", ResponseOfListOfUserV2::KIND, Provenance::PublicDoc),
        INVALID_ADDRESS,
        UNAUTHORIZED,
    ],
    run: |call| Box::pin(list::<ResponseOfListOfUserV2, _>(call)),
    ..OPERATION
};

async fn list<E: Envelope<Detail = Option<Vec<U>>>, U: Shown>(mut call: Call) -> Outcome {
    let super_users: bool = call.take(0);
    let mut transaction = call.read().await?;
    let mut users = transaction.admin_users()?;
    users.retain(|user| super_users || !user.admin_users.as_ref().is_some_and(|facet| facet.super_user));
    many::<E, U>(&call, &mut transaction, users)
}
