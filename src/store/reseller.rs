//! What Reseller asks: account tenants and the users with a membership in one.

use uuid::Uuid;

use super::{StoreError, Transaction};
use crate::state::{ResellerAccount, User};

impl Transaction {
    /// Whether there is such an account tenant.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_account_exists(&mut self, tenant: Uuid) -> Result<bool, StoreError> {
        let _ = tenant;
        Ok(false)
    }

    /// Every account tenant, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_accounts(&mut self) -> Result<Vec<ResellerAccount>, StoreError> {
        Ok(Vec::new())
    }

    /// One user, with all facets, if it has a membership in the tenant.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_user(&mut self, tenant: Uuid, id: Uuid) -> Result<Option<User>, StoreError> {
        let _ = (tenant, id);
        Ok(None)
    }

    /// The users with a membership in the tenant, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_users(&mut self, tenant: Uuid) -> Result<Vec<User>, StoreError> {
        let _ = tenant;
        Ok(Vec::new())
    }
}
