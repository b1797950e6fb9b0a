//! The schema of a world's database and how a file of an earlier version is brought up to it. SQLite keeps the number
//! of the last migration in the file's own header.

use rusqlite::Connection;

use super::StoreError;

/// Every migration of a world's database, oldest first.
const MIGRATIONS: [&str; 4] = [
    include_str!("../../migrations/world/20261122000001_users.sql"),
    include_str!("../../migrations/world/20261122000002_lists.sql"),
    include_str!("../../migrations/world/20261122000003_sign_in.sql"),
    include_str!("../../migrations/world/20261122000004_clock_and_outbox.sql"),
];

/// Every table that a state document fills or a reset empties.
pub(super) const TABLES: [&str; 12] = [
    "user",
    "membership",
    "pbnb_account",
    "pbnb_role",
    "reseller_account",
    "expoints_role",
    "admin_account",
    "admin_language",
    "token",
    "client",
    "token_grant",
    "outbox",
];

/// Brings a world's database to this version's schema.
///
/// # Errors
/// [`StoreError::Unreadable`] when a later version wrote it; faults of the database.
pub(super) fn migrate(connection: &Connection) -> Result<(), StoreError> {
    let told = |error| StoreError::at(connection.path(), error);
    let done: i64 = connection.query_row("pragma user_version", [], |row| row.get(0)).map_err(told)?;
    let done = usize::try_from(done).ok().filter(|done| *done <= MIGRATIONS.len());
    let done = done.ok_or(StoreError::Unreadable("schema"))?;
    for (version, migration) in (1..).zip(MIGRATIONS).skip(done) {
        // The number changes with the tables or not at all.
        let change = format!("begin immediate; {migration} pragma user_version = {version}; commit;");
        connection.execute_batch(&change).map_err(told)?;
    }
    Ok(())
}
