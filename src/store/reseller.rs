//! What Reseller asks: account tenants and the users with a membership in one. An account that was deleted keeps its
//! row, for documents and the users that name it, and is otherwise not found.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::facets::whole_user;
use super::rows::{Columns, write_rows};
use super::{StoreError, Transaction};
use crate::state::{DEFAULT_DATE, ResellerAccount, User};

/// The columns of an account, which [`account`] takes in turn.
macro_rules! accounts {
    ($rest:literal) => {
        concat!(
            "select id, name, enabled, description, reference, timezone, country_code, parent_tenant, created_at,",
            " deleted from reseller_account where world = $1 ",
            $rest
        )
    };
}

/// Every account, the deleted ones too, in order.
pub(super) const ALL_ACCOUNTS: &str = accounts!("order by position");

/// A row of [`accounts!`].
pub(super) fn account(row: &SqliteRow) -> Result<ResellerAccount, StoreError> {
    let mut columns = Columns::of(row);
    Ok(ResellerAccount {
        id: columns.guid()?,
        name: columns.next()?,
        enabled: columns.flag()?,
        description: columns.next()?,
        reference: columns.next()?,
        timezone: columns.next()?,
        country_code: columns.next()?,
        parent_tenant: match columns.next::<Option<&[u8]>>()? {
            Some(bytes) => Some(Uuid::from_slice(bytes).map_err(|_| StoreError::Unreadable("guid"))?),
            None => None,
        },
        created_at: columns.date()?.unwrap_or(DEFAULT_DATE),
        deleted: columns.flag()?,
    })
}

/// Keeps accounts at their positions; one whose id is known already keeps its place.
pub(super) async fn write_accounts(
    connection: &mut SqliteConnection,
    world: i64,
    accounts: &[(i64, &ResellerAccount)],
) -> Result<(), StoreError> {
    let head = "insert into reseller_account (world, position, id, name, enabled, description, reference, timezone, \
                country_code, parent_tenant, created_at, deleted)";
    let tail = " on conflict (world, id) do update set name = excluded.name, enabled = excluded.enabled, \
                description = excluded.description, reference = excluded.reference, timezone = excluded.timezone, \
                country_code = excluded.country_code, parent_tenant = excluded.parent_tenant, \
                created_at = excluded.created_at, deleted = excluded.deleted";
    write_rows(connection, world, (head, 11, tail), accounts, |statement, (position, account)| {
        Ok(statement
            .bind(position)
            .bind(account.id.as_bytes().as_slice())
            .bind(&account.name)
            .bind(account.enabled)
            .bind(account.description.as_deref())
            .bind(account.reference.as_deref())
            .bind(account.timezone.as_deref())
            .bind(account.country_code.as_deref())
            .bind(account.parent_tenant.map(|id| id.as_bytes().to_vec()))
            .bind(account.created_at.ticks)
            .bind(account.deleted))
    })
    .await
}

impl Transaction {
    /// An account tenant.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_account(&mut self, tenant: Uuid) -> Result<Option<ResellerAccount>, StoreError> {
        let statement = sqlx::query(accounts!("and id = $2 and deleted = 0")).bind(self.world());
        let row = statement.bind(tenant.as_bytes().as_slice()).fetch_optional(self.connection()).await?;
        row.as_ref().map(account).transpose()
    }

    /// Whether there is such an account tenant.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_account_exists(&mut self, tenant: Uuid) -> Result<bool, StoreError> {
        let statement = sqlx::query("select 1 from reseller_account where world = $1 and id = $2 and deleted = 0");
        self.any(statement.bind(self.world()).bind(tenant.as_bytes().as_slice())).await
    }

    /// Account tenants in order, `limit` of them after the first `offset`.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_accounts(&mut self, offset: i64, limit: i64) -> Result<Vec<ResellerAccount>, StoreError> {
        let statement = sqlx::query(accounts!("and deleted = 0 order by position limit $2 offset $3"));
        let statement = statement.bind(self.world()).bind(limit).bind(offset);
        statement.fetch_all(self.connection()).await?.iter().map(account).collect()
    }

    /// Keeps an account tenant: a new one after all others, a known one in its place.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn save_reseller_account(&mut self, account: &ResellerAccount) -> Result<(), StoreError> {
        let last: Option<i64> = sqlx::query_scalar("select max(position) from reseller_account where world = $1")
            .bind(self.world())
            .fetch_one(self.connection())
            .await?;
        let world = self.world();
        write_accounts(self.connection(), world, &[(last.unwrap_or(0) + 1, account)]).await
    }

    /// One user, with all facets, if it has a membership in the tenant.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_user(&mut self, tenant: Uuid, id: Uuid) -> Result<Option<User>, StoreError> {
        let statement = sqlx::query(whole_user!(
            "where u.world = $1 and u.id = $2 and exists (select 1 from reseller_membership m \
             where m.world = $1 and m.tenant = $3 and m.number = u.number) \
             and exists (select 1 from reseller_account t where t.world = $1 and t.id = $3 and t.deleted = 0)"
        ));
        let statement = statement.bind(self.world()).bind(id.as_bytes().as_slice());
        self.one(statement.bind(tenant.as_bytes().as_slice())).await
    }

    /// The user of this API with an e-mail address, compared without regard to ASCII case: of several, one of the
    /// tenant, else the first.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn reseller_user_by_email(&mut self, tenant: Uuid, email: &str) -> Result<Option<User>, StoreError> {
        let statement = sqlx::query(whole_user!(
            "where u.world = $1 and lower(u.email) = lower($2) and r.number is not null \
             order by exists (select 1 from reseller_membership m \
             where m.world = $1 and m.tenant = $3 and m.number = u.number) desc, u.number limit 1"
        ));
        let statement = statement.bind(self.world()).bind(email);
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
