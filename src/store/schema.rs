//! The tables: their migrations, and the list that fork, reset and drop walk over.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr, SqliteConnection};

/// A table whose rows belong to a world: how to copy one world's rows to another and how to remove them.
pub(super) struct WorldTable {
    /// `$1` is the new world, `$2` the old one.
    pub copy: &'static str,
    /// `$1` is the world.
    pub clear: &'static str,
}

macro_rules! world_tables {
    ($($table:literal: $columns:literal;)*) => {
        /// Every table with a `world` column, with all its other columns.
        pub(super) const WORLD_TABLES: &[WorldTable] = &[$(WorldTable {
            copy: concat!(
                "insert into ", $table, " (world, ", $columns, ") select $1, ", $columns,
                " from ", $table, " where world = $2"
            ),
            clear: concat!("delete from ", $table, " where world = $1"),
        }),*];
        #[cfg(test)]
        const COLUMNS: &[(&str, &str)] = &[$(($table, $columns)),*];
    };
}

world_tables! {
    "users": "number, id, username, username_folded, email, display_name, password, enabled, created_at, modified_at";
    "pbnb_user": "number, account_id, user_id, deleted, auth, max_denials, reset_period, private_username, access_types, voucher_id, resource_ids, provisioning_id, role_id";
    "reseller_user": "number, primary_tenant, memberships";
    "reseller_membership": "tenant, number";
    "expoints_user": "number, external, has_single_active_role, roles";
    "admin_user": "number, account_id, admin_user, agreement_date, decline_date, dpa_version, language_id, mobile_phone, pin, preferences, privacy_policy_version, sso_enabled, time_zone, super_user, locked";
    "pbnb_account": "position, id";
    "pbnb_role": "position, id, name";
    "reseller_account": "position, id, name, enabled";
    "expoints_role": "position, id, name";
    "admin_account": "position, id, name";
    "admin_language": "position, id, name";
    "token": "position, token, state, apis, expires_at";
    "client": "position, api, client_id, client_secret";
    "token_grant": "secret, api, client_id, redirect_uri, expires_at";
    "outbox": "position, at, api, kind, recipient, link";
}

/// Brings the database to this version's schema.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<(), sqlx::migrate::MigrateError> {
    let migration = |version: i64, what: &'static str, sql: &'static str| {
        Migration::new(version, Cow::Borrowed(what), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        migration(20260328000001, "worlds", include_str!("../../migrations/20260328000001_worlds.sql")),
        migration(20260328000002, "users", include_str!("../../migrations/20260328000002_users.sql")),
        migration(20260328000003, "facets", include_str!("../../migrations/20260328000003_facets.sql")),
        migration(20260328000004, "lists", include_str!("../../migrations/20260328000004_lists.sql")),
        migration(20260328000005, "tokens", include_str!("../../migrations/20260328000005_tokens.sql")),
        migration(20260328000006, "grants", include_str!("../../migrations/20260328000006_grants.sql")),
        migration(20260328000007, "outbox", include_str!("../../migrations/20260328000007_outbox.sql")),
    ])
    .run(connection)
    .await
}
