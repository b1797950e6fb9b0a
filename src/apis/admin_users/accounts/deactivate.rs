//! `DELETE api/v1/admin/accounts/{id}` and `DELETE api/v2/admin/accounts/{id}` (docs/spec/admin-users.md §1.2, §15): a
//! sub-account is deactivated. Its data is kept, and only the vendor could activate it again.

use super::{ID, INVALID, UNAUTHORIZED, find, unknown};
use crate::apis::admin_users::contract::{AccountDeleteOptions, AccountDeleteOptionsV2, ResponseOfObject};
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::prelude::*;
use uuid::Uuid;

arguments! {
    struct Arguments {
        id: Uuid = ID.example("6b2ba998-0fd5-4bf9-9072-826167eb0a09"),
        options: Option<AccountDeleteOptions> = body("options", "What happens to its messages and sub-accounts.").example(r#"{"CancelPendingMessages": true, "TransferSubsChildAccounts": true}"#),
    }
}

arguments! {
    struct ArgumentsV2 {
        id: Uuid = ID.example("6b2ba998-0fd5-4bf9-9072-826167eb0a09"),
        options: Option<AccountDeleteOptionsV2> = body("options", "What happens to its messages and sub-accounts.").example(r#"{"CancelPendingMessages": true, "TransferSubsChildAccounts": true}"#),
    }
}

const REFUSED: Documented =
    Documented::value::<ResponseOfObject>(400, "The account is no sub-account.", Provenance::Chosen);

/// The operation. Without a body nothing happens to the sub-accounts (chosen).
pub const OPERATION: Operation = Operation {
    id: "deactivateAccount",
    action: Action { method: "DELETE", templates: &["api/v1/admin/accounts/{id}"], parameters: Arguments::PARAMETERS },
    summary: "Deactivate a sub-account",
    description: "Makes the account inaccessible and keeps its data. Its own sub-accounts are deactivated as well, or \
                  move to the account above it, or stay where they are; if both are asked for, they are deactivated.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfObject>("The account is deactivated.", Provenance::Chosen),
        INVALID,
        REFUSED,
        UNAUTHORIZED,
        unknown::<ResponseOfObject>(),
    ],
    run: |call, values| Box::pin(v1(call, values.into())),
    ..Operation::NEW
};

/// The operation in version 2.
pub const OPERATION_V2: Operation = Operation {
    id: "deactivateAccountV2",
    action: Action {
        templates: &["api/v2/admin/accounts/{id}"],
        parameters: ArgumentsV2::PARAMETERS,
        ..OPERATION.action
    },
    summary: "Deactivate a sub-account, version 2",
    run: |call, values| Box::pin(v2(call, values.into())),
    ..OPERATION
};

async fn v1(call: Call, Arguments { id, options }: Arguments) -> Outcome {
    deactivate(call, id, options.map(|options| (options.transfer, options.delete))).await
}

async fn v2(call: Call, ArgumentsV2 { id, options }: ArgumentsV2) -> Outcome {
    deactivate(call, id, options.map(|options| (options.transfer, options.delete))).await
}

async fn deactivate(call: Call, id: Uuid, options: Option<(bool, bool)>) -> Outcome {
    let (transfer, delete) = options.unwrap_or_default();
    let mut transaction = call.write().await?;
    let account = find::<ResponseOfObject>(&mut transaction, id)?;
    super::deactivate::<ResponseOfObject>(&mut transaction, &account, transfer, delete)?;
    transaction.commit_together().await?;
    Ok(Reply::ok(ResponseOfObject::success(None, None)))
}
