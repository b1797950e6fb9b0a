//! Accounts: the caller's own and the sub-accounts below it, one endpoint per file (docs/spec/admin-users.md §1.2, §15).

pub mod create;
pub mod deactivate;
pub mod deactivate_child;
pub mod get;
pub mod list;
pub mod own;
pub mod replace;
mod wire;

use super::envelope::Envelope;
use super::facet::Account;
use super::problem::Problem;
use crate::apis::prelude::*;
use crate::store::{Page, StoreError, Transaction};
use std::sync::Arc;
use uuid::Uuid;

const ID: Source = required("id", "The id of the account.").example("5a1ca887-9ec4-4ae8-bf61-715056ea9e98");

/// The only status that the vendor documents beside success.
const UNAUTHORIZED: Documented = Documented::error(
    401,
    "The caller may not see the account: there is no token, or it is no longer valid.",
    Provenance::PublicDoc,
);
const INVALID: Documented = Documented::error(
    400,
    "The document is missing or breaks a rule of the member table, or the address cannot be read.",
    Provenance::Framework,
);
const INVALID_ADDRESS: Documented =
    Documented::error(400, "A value in the address cannot be read.", Provenance::Framework);

/// The answer for an id that no account has.
const fn unknown<E: Envelope>() -> Documented {
    Documented::value::<E>(404, "No account has the id.", Provenance::Chosen)
}

/// An account, or the problem that there is none.
fn find<E: Envelope>(transaction: &mut Transaction, id: Uuid) -> Result<Arc<Account>, Refusal> {
    transaction.item(id)?.ok_or_else(|| Problem::AccountNotFound.within::<E>())
}

/// The sub-accounts of an account by name without regard to case.
fn children(transaction: &mut Transaction, id: Uuid) -> Result<Vec<Account>, StoreError> {
    let mut children = transaction.items_in::<Account>(id, Page::All)?;
    children.sort_by_cached_key(|account| account.name.to_lowercase());
    Ok(children)
}

/// Deactivates a sub-account. Its own sub-accounts move to the account above it, are deactivated as well, or stay below
/// it, out of reach (chosen); if both are asked for, they are deactivated (docs/spec/admin-users.md §15).
fn deactivate<E: Envelope>(
    transaction: &mut Transaction,
    account: &Account,
    transfer: bool,
    delete: bool,
) -> Result<(), Refusal> {
    let Some(parent_id) = account.parent_id else { return Err(Problem::NotASubAccount.within::<E>()) };
    let now = Some(transaction.now());
    let mut left = vec![account.clone()];
    while let Some(account) = left.pop() {
        if delete {
            left.extend(children(transaction, account.id)?);
        } else if transfer {
            for child in children(transaction, account.id)? {
                transaction.save_item(&Account { parent_id: Some(parent_id), modified_at: now, ..child })?;
            }
        }
        transaction.save_item(&Account { deactivated: true, modified_at: now, ..account })?;
    }
    Ok(())
}
