//! Three ways to store PBNB's facet of a user, each with the statements that it needs: a body in one column, as the store
//! has it; a table of the facet with a column per member; and the columns of every facet in the row of the user, as the
//! store had it before.

use rusqlite::types::FromSql;
use rusqlite::{Connection, Row, ToSql, params_from_iter};
use std::iter::once;
use usertwin::apis::pbnb::contract::{Auth, ClientAccessTypes, Status};
use usertwin::apis::pbnb::facet::{PbnbFacet, PbnbUser};
use usertwin::contract::{DateTime, DateTimeKind, EnumMap, KeyPart, StoredRecord};
use usertwin::model::{User, folded};
use usertwin::store::body;
use uuid::Uuid;

/// The statement of the store that finds a user by its key.
pub const BY_KEY: &str = "select u.number, u.id, u.username, u.email, u.display_name, u.password, u.enabled, \
    u.created_at, u.modified_at, u.facet_pbnb \
    from facet_key k join user u on u.number = k.number where k.api = 'pbnb' and k.key = ?";

/// A way to store users. Whoever changes something begins and commits the transaction.
pub trait Layout {
    const SCHEMA: &str;
    /// Removes the users whose numbers are larger than `?1`.
    const REMOVE: &[&str];
    fn insert(database: &Connection, number: i64, user: &PbnbUser);
    fn read(database: &Connection, account: i32, user: i32) -> PbnbUser;
    /// Stores everything but names and keys, which have not changed.
    fn change(database: &Connection, number: i64, user: &PbnbUser);
}

/// The layout of the store: migrations/world/20261126000001_facets_as_bodies.sql.
pub struct BodyColumn;

impl Layout for BodyColumn {
    const SCHEMA: &str = "
        create table user (number integer primary key, id blob not null, username text, username_folded text,
            email text, display_name text, password text, enabled integer not null, created_at integer not null,
            modified_at integer not null, facet_pbnb blob, facet_reseller blob, facet_expoints blob,
            facet_adminUsers blob);
        create unique index user_id on user (id);
        create unique index user_username on user (username_folded) where username_folded is not null;
        create index user_email on user (lower(email)) where email is not null;
        create table facet_key (api text not null, key blob not null, number integer not null,
            primary key (api, key)) without rowid;";
    const REMOVE: &[&str] = &["delete from facet_key where number > ?1", "delete from user where number > ?1"];

    fn insert(database: &Connection, number: i64, user: &PbnbUser) {
        let key = (user.facet.account_id, user.facet.user_id).to_key();
        let claim = "insert into facet_key (api, key, number) values ('pbnb', ?, ?) on conflict do nothing";
        run(database, claim, [&key.bytes() as &dyn ToSql, &number]);
        let sql = "insert into user (number, id, username, username_folded, email, display_name, password, enabled, \
            created_at, modified_at, facet_pbnb, facet_reseller, facet_expoints, facet_adminUsers) \
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, null, null)";
        let body = body::encode(PbnbFacet::MEMBERS, &user.facet.to_values());
        with_names(&number, &user.shared, |names| {
            run(database, sql, names.into_iter().chain(shared(&user.shared)).chain([&body as &dyn ToSql]));
        });
    }

    fn read(database: &Connection, account: i32, user: i32) -> PbnbUser {
        one(database, BY_KEY, [&(account, user).to_key().bytes() as &dyn ToSql], |row| {
            let body = row.get_ref(9).unwrap().as_blob().unwrap();
            let values = body::decode(PbnbFacet::MEMBERS, body).unwrap();
            PbnbUser { shared: read_shared(row), facet: PbnbFacet::from_values(values) }
        })
    }

    fn change(database: &Connection, number: i64, user: &PbnbUser) {
        let sql = "update user set display_name = ?, password = ?, enabled = ?, created_at = ?, modified_at = ?, \
            facet_pbnb = ? where number = ?";
        let body = body::encode(PbnbFacet::MEMBERS, &user.facet.to_values());
        run(database, sql, shared(&user.shared).into_iter().chain([&body as &dyn ToSql, &number]));
    }
}

/// A table for each facet.
pub struct FacetTable;

impl Layout for FacetTable {
    const SCHEMA: &str = "
        create table user (number integer primary key, id blob not null, username text, username_folded text,
            email text, display_name text, password text, enabled integer not null, created_at integer not null,
            modified_at integer not null);
        create unique index user_id on user (id);
        create unique index user_username on user (username_folded) where username_folded is not null;
        create index user_email on user (lower(email)) where email is not null;
        create table pbnb (number integer primary key, account integer not null, user integer not null,
            status integer not null, auth integer not null, max_denials integer, reset_period integer,
            private_username text, access_types blob, voucher integer not null, resources blob not null,
            provisioning blob not null, role integer);
        create unique index pbnb_key on pbnb (account, user);";
    const REMOVE: &[&str] = &["delete from pbnb where number > ?1", "delete from user where number > ?1"];

    fn insert(database: &Connection, number: i64, user: &PbnbUser) {
        let sql = "insert into user (number, id, username, username_folded, email, display_name, password, enabled, \
            created_at, modified_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        with_names(&number, &user.shared, |names| run(database, sql, names.into_iter().chain(shared(&user.shared))));
        let sql = "insert into pbnb (number, account, user, status, auth, max_denials, reset_period, \
            private_username, access_types, voucher, resources, provisioning, role) \
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        with_members(&user.facet, |members| {
            run(database, sql, once(&number as &dyn ToSql).chain(key(&user.facet)).chain(members));
        });
    }

    fn read(database: &Connection, account: i32, user: i32) -> PbnbUser {
        let sql = "select u.number, u.id, u.username, u.email, u.display_name, u.password, u.enabled, u.created_at, \
            u.modified_at, f.account, f.user, f.status, f.auth, f.max_denials, f.reset_period, f.private_username, \
            f.access_types, f.voucher, f.resources, f.provisioning, f.role \
            from pbnb f join user u on u.number = f.number where f.account = ? and f.user = ?";
        one(database, sql, [&account as &dyn ToSql, &user], read_columns)
    }

    fn change(database: &Connection, number: i64, user: &PbnbUser) {
        let sql = "update user set display_name = ?, password = ?, enabled = ?, created_at = ?, modified_at = ? \
            where number = ?";
        run(database, sql, shared(&user.shared).into_iter().chain([&number as &dyn ToSql]));
        let sql = "update pbnb set status = ?, auth = ?, max_denials = ?, reset_period = ?, private_username = ?, \
            access_types = ?, voucher = ?, resources = ?, provisioning = ?, role = ? where number = ?";
        with_members(&user.facet, |members| {
            run(database, sql, members.into_iter().chain([&number as &dyn ToSql]));
        });
    }
}

/// The layout that the store had before: migrations/world/20261122000001_users.sql.
pub struct WideRow;

impl Layout for WideRow {
    const SCHEMA: &str = include_str!("../../migrations/world/20261122000001_users.sql");
    const REMOVE: &[&str] = &["delete from user where number > ?1"];

    fn insert(database: &Connection, number: i64, user: &PbnbUser) {
        let sql = "insert into user (number, id, username, username_folded, email, display_name, password, enabled, \
            created_at, modified_at, pbnb_account, pbnb_user, pbnb_deleted, pbnb_auth, pbnb_max_denials, \
            pbnb_reset_period, pbnb_private_username, pbnb_access_types, pbnb_voucher, pbnb_resources, \
            pbnb_provisioning, pbnb_role) \
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let (rest, key) = (shared(&user.shared), key(&user.facet));
        with_names(&number, &user.shared, |names| {
            with_members(&user.facet, |members| {
                run(database, sql, names.into_iter().chain(rest).chain(key).chain(members));
            });
        });
    }

    fn read(database: &Connection, account: i32, user: i32) -> PbnbUser {
        let sql = "select number, id, username, email, display_name, password, enabled, created_at, modified_at, \
            pbnb_account, pbnb_user, pbnb_deleted, pbnb_auth, pbnb_max_denials, pbnb_reset_period, \
            pbnb_private_username, pbnb_access_types, pbnb_voucher, pbnb_resources, pbnb_provisioning, pbnb_role \
            from user where pbnb_account = ? and pbnb_user = ?";
        one(database, sql, [&account as &dyn ToSql, &user], read_columns)
    }

    fn change(database: &Connection, number: i64, user: &PbnbUser) {
        let sql = "update user set display_name = ?, password = ?, enabled = ?, created_at = ?, modified_at = ?, \
            pbnb_deleted = ?, pbnb_auth = ?, pbnb_max_denials = ?, pbnb_reset_period = ?, pbnb_private_username = ?, \
            pbnb_access_types = ?, pbnb_voucher = ?, pbnb_resources = ?, pbnb_provisioning = ?, pbnb_role = ? \
            where number = ?";
        with_members(&user.facet, |members| {
            run(database, sql, shared(&user.shared).into_iter().chain(members).chain([&number as &dyn ToSql]));
        });
    }
}

/// Runs a statement once.
pub fn run<'v>(database: &Connection, sql: &str, values: impl IntoIterator<Item = &'v dyn ToSql>) {
    database.prepare_cached(sql).unwrap().execute(params_from_iter(values)).unwrap();
}

fn one<'v>(
    database: &Connection,
    sql: &str,
    values: impl IntoIterator<Item = &'v dyn ToSql>,
    read: impl FnOnce(&Row<'_>) -> PbnbUser,
) -> PbnbUser {
    let mut statement = database.prepare_cached(sql).unwrap();
    let mut rows = statement.query(params_from_iter(values)).unwrap();
    read(rows.next().unwrap().unwrap())
}

fn with_names(number: &i64, user: &User, then: impl FnOnce([&dyn ToSql; 5])) {
    let (id, folded) = (user.id.as_bytes(), user.username.as_deref().map(folded));
    then([number, id, &user.username, &folded, &user.email]);
}

fn shared(user: &User) -> [&dyn ToSql; 5] {
    [&user.display_name, &user.password, &user.enabled, &user.created_at.ticks, &user.modified_at.ticks]
}

fn key(facet: &PbnbFacet) -> [&dyn ToSql; 2] {
    [&facet.account_id, &facet.user_id]
}

fn with_members(facet: &PbnbFacet, then: impl FnOnce([&dyn ToSql; 10])) {
    let types = facet.access_types.as_ref();
    let types: Option<Vec<u8>> = types.map(|types| types.iter().flat_map(|kind| kind.0.to_le_bytes()).collect());
    let resource = |(kind, id): &(ClientAccessTypes, Uuid)| kind.0.to_le_bytes().into_iter().chain(*id.as_bytes());
    let resources: Vec<u8> = facet.resource_ids.0.iter().flat_map(resource).collect();
    then([
        &facet.status.0,
        &facet.auth.0,
        &facet.max_denials,
        &facet.reset_period,
        &facet.private_username,
        &types,
        &facet.voucher_id,
        &resources,
        facet.provisioning_id.as_bytes(),
        &facet.role_id,
    ]);
}

fn get<T: FromSql>(row: &Row<'_>, column: usize) -> T {
    row.get(column).unwrap()
}

fn guid(row: &Row<'_>, column: usize) -> Uuid {
    Uuid::from_slice(row.get_ref(column).unwrap().as_blob().unwrap()).unwrap()
}

/// A moment of so many ticks.
pub fn utc(ticks: i64) -> DateTime {
    DateTime { ticks, kind: DateTimeKind::Utc }
}

fn read_shared(row: &Row<'_>) -> User {
    User {
        id: guid(row, 1),
        username: get(row, 2),
        email: get(row, 3),
        display_name: get(row, 4),
        password: get(row, 5),
        enabled: get(row, 6),
        created_at: utc(get(row, 7)),
        modified_at: utc(get(row, 8)),
    }
}

fn read_columns(row: &Row<'_>) -> PbnbUser {
    let types =
        |blob: &[u8]| blob.as_chunks().0.iter().map(|kind| ClientAccessTypes(i32::from_le_bytes(*kind))).collect();
    let resource = |entry: &[u8; 20]| {
        let (kind, id) = entry.split_first_chunk().unwrap();
        (ClientAccessTypes(i32::from_le_bytes(*kind)), Uuid::from_slice(id).unwrap())
    };
    let facet = PbnbFacet {
        account_id: get(row, 9),
        user_id: get(row, 10),
        status: Status(get(row, 11)),
        auth: Auth(get(row, 12)),
        max_denials: get(row, 13),
        reset_period: get(row, 14),
        private_username: get(row, 15),
        access_types: row.get_ref(16).unwrap().as_blob_or_null().unwrap().map(types),
        voucher_id: get(row, 17),
        resource_ids: EnumMap(row.get_ref(18).unwrap().as_blob().unwrap().as_chunks().0.iter().map(resource).collect()),
        provisioning_id: guid(row, 19),
        role_id: get(row, 20),
        access_group_id: None,
    };
    PbnbUser { shared: read_shared(row), facet }
}
