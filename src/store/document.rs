//! A world as a state document and back.

use rusqlite::Connection;

use super::facets::{self, users};
use super::reseller::{ALL_ACCOUNTS, account, write_account};
use super::rows::{Columns, many, named, run};
use super::schema::TABLES;
use super::{StoreError, keep, tokens};
use crate::model::{ClockState, Document, Named, PbnbAccount, PbnbRole};

/// Everything a world holds, with the clock the caller worked out.
pub(super) fn read(connection: &Connection, clock: Option<ClockState>) -> Result<Document, StoreError> {
    let users = many(connection, users!(all, "order by number"), [], facets::whole_user)?;
    Ok(Document { clock, users, ..lists(connection)? })
}

/// Everything a world holds except its users and its clock.
pub(super) fn lists(connection: &Connection) -> Result<Document, StoreError> {
    let roles = "select id, name from pbnb_role order by position";
    let tokens = "select token, state, apis, expires_at from token order by position";
    let clients = "select api, client_id, client_secret from client order by position";
    Ok(Document {
        clock: None,
        users: Vec::new(),
        pbnb_accounts: many(
            connection,
            "select id, user_defaults from pbnb_account order by position",
            [],
            pbnb_account,
        )?,
        pbnb_roles: many(connection, roles, [], pbnb_role)?,
        reseller_accounts: many(connection, ALL_ACCOUNTS, [], account)?,
        expoints_roles: many(connection, "select id, name from expoints_role order by position", [], named)?,
        admin_accounts: many(connection, "select id, name from admin_account order by position", [], named)?,
        admin_languages: many(connection, "select id, name from admin_language order by position", [], named)?,
        tokens: many(connection, tokens, [], tokens::read_token)?,
        clients: many(connection, clients, [], tokens::read_client)?,
    })
}

/// A row of `id, user_defaults`.
pub(super) fn pbnb_account(columns: &mut Columns<'_>) -> Result<PbnbAccount, StoreError> {
    Ok(PbnbAccount { id: columns.next()?, user_defaults: columns.next()? })
}

/// A row of `id, name`.
pub(super) fn pbnb_role(columns: &mut Columns<'_>) -> Result<PbnbRole, StoreError> {
    Ok(PbnbRole { id: columns.next()?, name: columns.next()? })
}

/// Makes a world what a document says; nothing that was there stays. The clock is the caller's business.
pub(super) fn replace(connection: &Connection, document: &Document) -> Result<(), StoreError> {
    for table in TABLES {
        run(connection, &format!("delete from {table}"), [])?;
    }
    keep::insert(connection, 1, &document.users)?;
    for account in &document.pbnb_accounts {
        let sql = "insert into pbnb_account (id, user_defaults) values (?, ?)";
        run(connection, sql, (account.id, account.user_defaults))?;
    }
    for role in &document.pbnb_roles {
        run(connection, "insert into pbnb_role (id, name) values (?, ?)", (role.id, &role.name))?;
    }
    for account in &document.reseller_accounts {
        write_account(connection, account)?;
    }
    let lists: [(&str, &[Named]); 3] = [
        ("insert into expoints_role (id, name) values (?, ?)", &document.expoints_roles),
        ("insert into admin_account (id, name) values (?, ?)", &document.admin_accounts),
        ("insert into admin_language (id, name) values (?, ?)", &document.admin_languages),
    ];
    for (sql, list) in lists {
        for thing in list {
            run(connection, sql, (thing.id.as_bytes(), &thing.name))?;
        }
    }
    for token in &document.tokens {
        tokens::write_token(connection, token)?;
    }
    for client in &document.clients {
        let sql = "insert into client (api, client_id, client_secret) values (?, ?, ?)";
        run(connection, sql, (client.api.name(), &client.client_id, &client.client_secret))?;
    }
    Ok(())
}
