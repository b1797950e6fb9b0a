//! The tables: their migrations, and what fork, reset and drop do to all of them.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr, SqliteConnection};

/// For every table with a `world` column, given with all its other columns, the same statement; all of them travel
/// to the database as one text, because fifteen round trips cost more than copying a small world.
macro_rules! world_tables {
    ($($table:literal: $columns:literal;)*) => {
        /// Copies everything in the world `$2` to the world `$1`.
        pub(super) const COPY: &str = concat!($(
            "insert into ", $table, " (world, ", $columns, ") select $1, ", $columns, " from ", $table,
            " where world = $2;"
        ),*);
        /// Removes everything in the world `$1`, not the world itself.
        pub(super) const CLEAR: &str = concat!($("delete from ", $table, " where world = $1;"),*);
    };
}

world_tables! {
    "users": "number, id, username, username_folded, email, display_name, password, enabled, created_at, modified_at";
    "pbnb_user": "number, account_id, user_id, deleted, auth, max_denials, reset_period, private_username, access_types, voucher_id, resource_ids, provisioning_id, role_id";
    "reseller_user": "number, primary_tenant, memberships";
    "reseller_membership": "tenant, number";
    "expoints_user": "number, external, has_single_active_role, roles";
    "admin_user": "number, account_id, admin_user, agreement_date, decline_date, dpa_version, language_id, mobile_phone, pin, preferences, privacy_policy_version, sso_enabled, time_zone, super_user, locked";
    "pbnb_account": "position, id, user_defaults";
    "pbnb_role": "position, id, name";
    "reseller_account": "position, id, name, enabled, description, reference, timezone, country_code, parent_tenant, created_at, deleted";
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
        migration(
            20260328000012,
            "reseller accounts",
            include_str!("../../migrations/20260328000012_reseller_accounts.sql"),
        ),
        migration(
            20260329000001,
            "pbnb user defaults",
            include_str!("../../migrations/20260329000001_pbnb_user_defaults.sql"),
        ),
    ])
    .run(connection)
    .await
}
