//! A world as a state document and back. Loading goes through the same bulk statements as everything else, so a
//! document of 100,000 users is a few hundred statements.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::facets::{self, whole_user};
use super::reseller::{ALL_ACCOUNTS, account, write_accounts};
use super::rows::{Columns, named, write_rows};
use super::{StoreError, keep, tokens};
use crate::state::{ClockState, Document, Named, PbnbAccount, PbnbRole, User};

/// Everything a world holds, with the clock the caller worked out.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    world: i64,
    clock: Option<ClockState>,
) -> Result<Document, StoreError> {
    let users = sqlx::query(whole_user!("where u.world = $1 order by u.number")).bind(world);
    let users = users.fetch_all(&mut *connection).await?;
    let users = users.iter().map(facets::user).collect::<Result<_, _>>()?;
    Ok(Document { clock, users, ..lists(connection, world).await? })
}

/// Everything a world holds except its users and its clock.
pub(super) async fn lists(connection: &mut SqliteConnection, world: i64) -> Result<Document, StoreError> {
    Ok(Document {
        clock: None,
        users: Vec::new(),
        pbnb_accounts: list(
            connection,
            world,
            "select id, user_defaults from pbnb_account where world = $1 order by position",
            pbnb_account,
        )
        .await?,
        pbnb_roles: list(
            connection,
            world,
            "select id, name from pbnb_role where world = $1 order by position",
            pbnb_role,
        )
        .await?,
        reseller_accounts: list(connection, world, ALL_ACCOUNTS, account).await?,
        expoints_roles: list(
            connection,
            world,
            "select id, name from expoints_role where world = $1 order by position",
            named,
        )
        .await?,
        admin_accounts: list(
            connection,
            world,
            "select id, name from admin_account where world = $1 order by position",
            named,
        )
        .await?,
        admin_languages: list(
            connection,
            world,
            "select id, name from admin_language where world = $1 order by position",
            named,
        )
        .await?,
        tokens: list(
            connection,
            world,
            "select token, state, apis, expires_at from token where world = $1 order by position",
            tokens::read_token,
        )
        .await?,
        clients: list(
            connection,
            world,
            "select api, client_id, client_secret from client where world = $1 order by position",
            tokens::read_client,
        )
        .await?,
    })
}

/// A row of `id, user_defaults`.
pub(super) fn pbnb_account(row: &SqliteRow) -> Result<PbnbAccount, StoreError> {
    let mut columns = Columns::of(row);
    Ok(PbnbAccount { id: columns.next()?, user_defaults: columns.next()? })
}

/// A row of `id, name`.
pub(super) fn pbnb_role(row: &SqliteRow) -> Result<PbnbRole, StoreError> {
    let mut columns = Columns::of(row);
    Ok(PbnbRole { id: columns.next()?, name: columns.next()? })
}

async fn list<T>(
    connection: &mut SqliteConnection,
    world: i64,
    sql: &'static str,
    read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    sqlx::query(sql).bind(world).fetch_all(&mut *connection).await?.iter().map(read).collect()
}

/// Fills an empty world. The clock is the caller's business.
pub(super) async fn load(connection: &mut SqliteConnection, world: i64, document: &Document) -> Result<(), StoreError> {
    let users: Vec<(i64, &User)> = (1..).zip(&document.users).collect();
    keep::insert(connection, world, &users).await?;
    let head = "insert into pbnb_account (world, position, id, user_defaults)";
    write_rows(connection, world, (head, 3, ""), &placed(&document.pbnb_accounts), |statement, (at, account)| {
        Ok(statement.bind(at).bind(account.id).bind(account.user_defaults))
    })
    .await?;
    let head = "insert into pbnb_role (world, position, id, name)";
    write_rows(connection, world, (head, 3, ""), &placed(&document.pbnb_roles), |statement, (at, role)| {
        Ok(statement.bind(at).bind(role.id).bind(&role.name))
    })
    .await?;
    write_accounts(connection, world, &placed(&document.reseller_accounts)).await?;
    for (head, list) in [
        ("insert into expoints_role (world, position, id, name)", &document.expoints_roles),
        ("insert into admin_account (world, position, id, name)", &document.admin_accounts),
        ("insert into admin_language (world, position, id, name)", &document.admin_languages),
    ] {
        write_rows(connection, world, (head, 3, ""), &placed::<Named>(list), |statement, (at, thing)| {
            Ok(statement.bind(at).bind(thing.id.as_bytes().as_slice()).bind(&thing.name))
        })
        .await?;
    }
    tokens::write_tokens(connection, world, &placed(&document.tokens)).await?;
    let head = "insert into client (world, position, api, client_id, client_secret)";
    write_rows(connection, world, (head, 4, ""), &placed(&document.clients), |statement, (at, client)| {
        Ok(statement.bind(at).bind(client.api.name()).bind(&client.client_id).bind(&client.client_secret))
    })
    .await
}

fn placed<T>(list: &[T]) -> Vec<(i64, &T)> {
    (1..).zip(list).collect()
}
