//! What Reseller asks: account tenants and the users with a membership in one.

use uuid::Uuid;

use super::document::reseller_account;
use super::facets::whole_user;
use super::{StoreError, Transaction};
use crate::state::{ResellerAccount, User};

impl Transaction {
    /// Whether there is such an account tenant.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_account_exists(&mut self, tenant: Uuid) -> Result<bool, StoreError> {
        let statement = sqlx::query("select 1 from reseller_account where world = $1 and id = $2");
        self.any(statement.bind(self.world()).bind(tenant.as_bytes().as_slice())).await
    }

    /// Every account tenant, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_accounts(&mut self) -> Result<Vec<ResellerAccount>, StoreError> {
        self.list("select id, name, enabled from reseller_account where world = $1 order by position", reseller_account)
            .await
    }

    /// One user, with all facets, if it has a membership in the tenant.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_user(&mut self, tenant: Uuid, id: Uuid) -> Result<Option<User>, StoreError> {
        let statement = sqlx::query(whole_user!(
            "where u.world = $1 and u.id = $2 and exists (select 1 from reseller_membership m \
             where m.world = $1 and m.tenant = $3 and m.number = u.number)"
        ));
        let statement = statement.bind(self.world()).bind(id.as_bytes().as_slice());
        self.one(statement.bind(tenant.as_bytes().as_slice())).await
    }

    /// The users with a membership in the tenant, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_users(&mut self, tenant: Uuid) -> Result<Vec<User>, StoreError> {
        let statement = sqlx::query(whole_user!(
            "where u.world = $1 and u.number in \
             (select number from reseller_membership where world = $1 and tenant = $2) order by u.number"
        ));
        self.many(statement.bind(self.world()).bind(tenant.as_bytes().as_slice())).await
    }
}
