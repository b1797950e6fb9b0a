//! What Reseller asks: account tenants and the users with a membership in one. An account that was deleted keeps its
//! row, for documents and the users that name it, and is otherwise not found.

use rusqlite::Connection;
use uuid::Uuid;

use super::facets::{self, users};
use super::remembered::Key;
use super::rows::{Columns, run};
use super::{StoreError, Stored, Transaction};
use crate::model::{DEFAULT_DATE, ResellerAccount, User};

/// `select` of accounts, whose columns [`account`] takes in turn; what restricts and orders them follows.
macro_rules! accounts {
    ($rest:literal) => {
        concat!(
            "select id, name, enabled, description, reference, timezone, country_code, parent_tenant, created_at,",
            " deleted from reseller_account ",
            $rest
        )
    };
}

/// Every account, the deleted ones too, in order.
pub(super) const ALL_ACCOUNTS: &str = accounts!("order by position");

/// A row of [`accounts!`].
pub(super) fn account(columns: &mut Columns<'_>) -> Result<ResellerAccount, StoreError> {
    Ok(ResellerAccount {
        id: columns.guid()?,
        name: columns.next()?,
        enabled: columns.flag()?,
        description: columns.next()?,
        reference: columns.next()?,
        timezone: columns.next()?,
        country_code: columns.next()?,
        parent_tenant: columns.some_guid()?,
        created_at: columns.date()?.unwrap_or(DEFAULT_DATE),
        deleted: columns.flag()?,
    })
}

/// Keeps an account: a new one after all others, one whose id is known already in its place.
pub(super) fn write_account(connection: &Connection, account: &ResellerAccount) -> Result<(), StoreError> {
    let sql = "insert into reseller_account (id, name, enabled, description, reference, timezone, country_code, \
               parent_tenant, created_at, deleted) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update \
               set name = excluded.name, enabled = excluded.enabled, description = excluded.description, \
               reference = excluded.reference, timezone = excluded.timezone, country_code = excluded.country_code, \
               parent_tenant = excluded.parent_tenant, created_at = excluded.created_at, deleted = excluded.deleted";
    let values = (
        account.id.as_bytes(),
        &account.name,
        account.enabled,
        &account.description,
        &account.reference,
        &account.timezone,
        &account.country_code,
        account.parent_tenant.as_ref().map(Uuid::as_bytes),
        account.created_at.ticks,
        account.deleted,
    );
    run(connection, sql, values)?;
    Ok(())
}

impl Transaction {
    /// An account tenant.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn reseller_account(&mut self, tenant: Uuid) -> Result<Option<ResellerAccount>, StoreError> {
        self.one(accounts!("where id = ? and deleted = 0"), [tenant.as_bytes()], account)
    }

    /// Whether there is such an account tenant.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn reseller_account_exists(&mut self, tenant: Uuid) -> Result<bool, StoreError> {
        self.any("select 1 from reseller_account where id = ? and deleted = 0", [tenant.as_bytes()])
    }

    /// Account tenants in order, `limit` of them after the first `offset`.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn reseller_accounts(&mut self, offset: i64, limit: i64) -> Result<Vec<ResellerAccount>, StoreError> {
        self.many(accounts!("where deleted = 0 order by position limit ? offset ?"), (limit, offset), account)
    }

    /// Keeps an account tenant: a new one after all others, a known one in its place.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn save_reseller_account(&mut self, account: &ResellerAccount) -> Result<(), StoreError> {
        write_account(self.connection(), account)
    }

    /// One user, with this facet only, if it has a membership in the tenant.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn reseller_user(&mut self, tenant: Uuid, id: Uuid) -> Result<Option<Stored>, StoreError> {
        if !self.reseller_account_exists(tenant)? {
            return Ok(None);
        }
        let one = users!(reseller, "where id = ?");
        let near = users!(reseller, "where number between ? and ? and reseller_tenant is not null");
        let stored = self.stored(Key::Reseller(id), (one, near), [id.as_bytes()], facets::reseller_user)?;
        Ok(stored.filter(|stored| {
            let facet = stored.user.reseller.as_ref();
            facet.is_some_and(|facet| facet.memberships.iter().any(|membership| membership.tenant == tenant))
        }))
    }

    /// The user of this API with an e-mail address, compared without regard to ASCII case: of several, one of the
    /// tenant, else the first.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn reseller_user_by_email(&mut self, tenant: Uuid, email: &str) -> Result<Option<User>, StoreError> {
        let sql = users!(
            reseller,
            "where lower(email) = lower(?1) and email is not null and reseller_tenant is not null \
             order by exists (select 1 from membership m where m.tenant = ?2 and m.number = user.number) desc, \
             number limit 1"
        );
        self.one(sql, (email, tenant.as_bytes()), facets::reseller_user)
    }

    /// The users with a membership in the tenant, with this facet only, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn reseller_users(&mut self, tenant: Uuid) -> Result<Vec<User>, StoreError> {
        let sql = users!(reseller, "where number in (select number from membership where tenant = ?) order by number");
        self.many(sql, [tenant.as_bytes()], facets::reseller_user)
    }
}
