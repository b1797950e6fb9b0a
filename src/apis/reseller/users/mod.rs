//! Users of an account tenant, one endpoint per file (docs/spec/reseller.md §6).

pub mod activate;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod patch;

use super::facet::{Account, ResellerFacet};
use crate::store::{StoreError, Stored, Transaction};
use uuid::Uuid;

/// The user of an id that has a membership in an existing tenant.
fn find(transaction: &mut Transaction, tenant: Uuid, id: Uuid) -> Result<Option<Stored<ResellerFacet>>, StoreError> {
    if transaction.item::<Account>(tenant)?.is_none() {
        return Ok(None);
    }
    let stored = transaction.find::<ResellerFacet>(id)?;
    Ok(stored.filter(|stored| stored.user.facet.membership(tenant).is_some()))
}
