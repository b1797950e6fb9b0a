//! `GET api/v1/admin/accounts/{id}/accounts?Name=&MobilePhone=&EmailAddress=` (docs/spec/admin-users.md §1.2): an account
//! and, by name, its sub-accounts. The filters pick sub-accounts by whole values without regard to case (chosen).

use super::wire::shown;
use super::{ID, INVALID_ADDRESS, UNAUTHORIZED, children, find, unknown};
use crate::apis::admin_users::contract::{Array, ResponseOfArrayOfAccount};
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::admin_users::facet::Account;
use crate::apis::prelude::*;
use crate::store::StoreError;
use uuid::Uuid;

arguments! {
    struct Arguments {
        id: Uuid = ID,
        name: Option<String> = optional("Name", "The full name of a sub-account.").example("Branch"),
        mobile_phone: Option<String> = optional("MobilePhone", "The contact number of a sub-account.").example("+44 20 7946 0958"),
        email_address: Option<String> = optional("EmailAddress", "The e-mail address of a sub-account.").example("branch@example.com"),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "listAccounts",
    action: Action {
        method: "GET",
        templates: &["api/v1/admin/accounts/{id}/accounts"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "List an account and its sub-accounts",
    description: "The account first, then its sub-accounts by name, those only that every filter finds.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfArrayOfAccount>("The accounts.", Provenance::PublicDoc),
        INVALID_ADDRESS,
        UNAUTHORIZED,
        unknown::<ResponseOfArrayOfAccount>(),
    ],
    grows_with_world: true,
    run: |call, values| Box::pin(list(call, values.into())),
    ..Operation::NEW
};

async fn list(call: Call, arguments: Arguments) -> Outcome {
    let mut transaction = call.read().await?;
    let master = Account::clone(&*find::<ResponseOfArrayOfAccount>(&mut transaction, arguments.id)?);
    let children = children(&mut transaction, arguments.id)?;
    let found = children.into_iter().filter(|account| {
        is(arguments.name.as_deref(), Some(&account.name))
            && is(arguments.mobile_phone.as_deref(), account.contact_number.as_ref())
            && is(arguments.email_address.as_deref(), account.email_address.as_ref())
    });
    let accounts = [master].into_iter().chain(found).map(|account| shown(&call, &mut transaction, account));
    let accounts = Array(accounts.collect::<Result<_, StoreError>>()?);
    Ok(Reply::ok(ResponseOfArrayOfAccount::success(None, Some(accounts))))
}

/// Whether a filter takes a value; one that was not sent takes any.
fn is(filter: Option<&str>, value: Option<&String>) -> bool {
    filter.is_none_or(|filter| value.is_some_and(|value| value.to_lowercase() == filter.to_lowercase()))
}
