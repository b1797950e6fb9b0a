//! The schema of a world's database, and the migration of files of earlier versions. SQLite keeps the number
//! of the last migration in the file's own header. The columns of facets follow from the declarations of the APIs.

use super::keys::{Claims, Entries};
use super::rows::{self, from_json, utc};
use super::statements::{Statements, column_of};
use super::{StoreError, body};
use crate::contract::{FacetType, KeyPart, StoredKind, StoredMember, Value};
use crate::model::{Schema, folded};
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use uuid::Uuid;

/// Every migration of a world's database, oldest first.
const MIGRATIONS: [&str; 10] = [
    include_str!("../../migrations/world/20261122000001_users.sql"),
    include_str!("../../migrations/world/20261122000002_lists.sql"),
    include_str!("../../migrations/world/20261122000003_sign_in.sql"),
    include_str!("../../migrations/world/20261122000004_clock_and_outbox.sql"),
    include_str!("../../migrations/world/20261126000001_facets_as_bodies.sql"),
    include_str!("../../migrations/world/20261127000001_lists_in_containers.sql"),
    include_str!("../../migrations/world/20261127000002_names_without_case.sql"),
    include_str!("../../migrations/world/20261128000001_holders_of_tokens.sql"),
    include_str!("../../migrations/world/20261128000002_users_in_containers.sql"),
    include_str!("../../migrations/world/20261128000003_names_folded_by_upper.sql"),
];

/// What they make of an empty database.
const SCHEMA: &str = include_str!("../../migrations/world/schema.sql");

/// The migration that made bodies of the facets' columns.
const FACETS_AS_BODIES: usize = 5;
/// The migration that gave containers rows of their own.
const USERS_IN_CONTAINERS: usize = 9;

/// Every table that a state document fills or a reset empties.
pub(super) const TABLES: [&str; 9] =
    ["user", "facet_key", "container", "container_user", "list_item", "token", "client", "token_grant", "outbox"];

/// The indexes of users by their names, and what takes them off.
const INDEXES_OF_USERS: [(&str, &str); 3] = [
    ("user_id", "drop index user_id"),
    ("user_username", "drop index user_username"),
    ("user_email", "drop index user_email"),
];

/// The indexes of users that were taken off, as the statements that make them.
#[derive(Default)]
pub(super) struct Indexes(Vec<String>);

impl Indexes {
    /// Takes off the indexes of users until many are stored.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn take_off(connection: &Connection) -> Result<Indexes, StoreError> {
        let mut made_by = Vec::with_capacity(INDEXES_OF_USERS.len());
        for (name, drop) in INDEXES_OF_USERS {
            let sql = "select sql from sqlite_schema where type = 'index' and name = ?";
            if let Some(sql) = rows::value(connection, sql, [name])? {
                rows::run(connection, drop, [])?;
                made_by.push(sql);
            }
        }
        Ok(Indexes(made_by))
    }

    /// Makes them anew.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn put_back(self, connection: &Connection) -> Result<(), StoreError> {
        self.0.iter().try_for_each(|sql| rows::run(connection, sql, []).map(|_| ()))
    }
}

/// Gives a connection the function `folded`, for statements and the migration of names. No table
/// or index needs it, so that other programs can check and change a file.
///
/// # Errors
/// Faults of the database.
pub(super) fn add_folding(connection: &Connection) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection
        .create_scalar_function("folded", 1, flags, |context| Ok(context.get_raw(0).as_str_or_null()?.map(folded)))?;
    Ok(())
}

/// Brings a world's database to this version's schema, and to the APIs of this server.
///
/// # Errors
/// [`StoreError::Unreadable`] when a later version wrote it; faults of the database.
pub(super) fn migrate(connection: &Connection, statements: &Statements) -> Result<(), StoreError> {
    let fault = |error| StoreError::at(connection.path(), error);
    let done: i64 = connection.query_row("pragma user_version", [], |row| row.get(0)).map_err(fault)?;
    let done = usize::try_from(done).ok().filter(|done| *done <= MIGRATIONS.len());
    let done = done.ok_or(StoreError::Unreadable("schema"))?;
    if done == 0 {
        let version = MIGRATIONS.len();
        let all = format!("begin immediate; {SCHEMA} pragma user_version = {version}; commit;");
        // A connection that fails here is given up, and what it began with it.
        connection.execute_batch(&all).map_err(fault)?;
        return add_columns(connection, statements);
    }
    bring_up(connection, statements, done)?;
    add_columns(connection, statements)
}

/// Runs the migrations from one on.
fn bring_up(connection: &Connection, statements: &Statements, done: usize) -> Result<(), StoreError> {
    let fault = |error| StoreError::at(connection.path(), error);
    if done < FACETS_AS_BODIES {
        add_functions(connection, &statements.schema)?;
    }
    for (version, migration) in (1..).zip(MIGRATIONS).skip(done) {
        // The number changes with the tables or not at all.
        let steps = (|| {
            connection.execute_batch(&format!("begin immediate; {migration}")).map_err(fault)?;
            match version {
                FACETS_AS_BODIES => fill_keys(connection, statements)?,
                USERS_IN_CONTAINERS => fill_containers(connection, statements)?,
                _ => {}
            }
            connection.execute_batch(&format!("pragma user_version = {version}; commit;")).map_err(fault)
        })();
        if let Err(error) = steps {
            // A database that cannot be migrated stays as it was; the next start fails with the same error.
            let _ = connection.execute_batch("rollback");
            return Err(error);
        }
    }
    Ok(())
}

/// Adds the columns of APIs that the file has not served so far.
fn add_columns(connection: &Connection, statements: &Statements) -> Result<(), StoreError> {
    let columns =
        rows::many(connection, "select name from pragma_table_info('user')", [], |columns| columns.next::<String>())?;
    for facet in statements.schema.facets() {
        let column = column_of(facet);
        if !columns.contains(&column) {
            rows::run(connection, &format!("alter table user add column {column} blob"), [])?;
        }
    }
    Ok(())
}

/// The keys of the users that an earlier version wrote.
fn fill_keys(connection: &Connection, statements: &Statements) -> Result<(), StoreError> {
    let mut claims = Claims::new(connection);
    each_facet(connection, statements, |facet, number, id, values| claims.claim(facet, number, id, values))
}

/// The containers of the users that an earlier version wrote.
fn fill_containers(connection: &Connection, statements: &Statements) -> Result<(), StoreError> {
    let mut entries = Entries::default();
    each_facet(connection, statements, |facet, number, _, values| {
        entries.add(facet, number, values);
        Ok(())
    })?;
    entries.write(connection)
}

/// Takes every facet of every user: the facet's type, the user's number and id, the values.
fn each_facet(
    connection: &Connection,
    statements: &Statements,
    mut take: impl FnMut(&'static FacetType, i64, Uuid, &[Value]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    for facet in statements.schema.facets() {
        let column = column_of(facet);
        if !rows::any(connection, "select 1 from pragma_table_info('user') where name = ?", [&column])? {
            continue;
        }
        let sql = format!("select number, id, {column} from user where {column} is not null order by number");
        rows::each(connection, &sql, [], |columns| {
            let (number, id) = (columns.next()?, columns.guid()?);
            take(facet, number, id, &body::decode(facet.members, columns.bytes()?.unwrap_or_default())?)
        })?;
    }
    Ok(())
}

/// The functions by which a migration makes bodies of the columns of the version before.
fn add_functions(connection: &Connection, schema: &Schema) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let known = schema.clone();
    connection.create_scalar_function("stored_body", -1, flags, move |context| {
        let name: String = context.get(0)?;
        Ok(known.facets().find(|facet| facet.api == name).map(|facet| body_of(facet.members, context)))
    })?;
    let known = schema.clone();
    connection.create_scalar_function("stored_item", -1, flags, move |context| {
        let path: String = context.get(0)?;
        Ok(known.list(&path).map(|list| body_of(list.members, context)))
    })?;
    connection.create_scalar_function("stored_key", 1, flags, |context| {
        let number: i32 = context.get(0)?;
        Ok(number.to_key().bytes().to_vec())
    })?;
    Ok(())
}

/// The body of a record whose members are the arguments of a function from the second on.
fn body_of(members: &[StoredMember], context: &Context<'_>) -> Vec<u8> {
    let value = |(member, at): (&StoredMember, usize)| match at < context.len() {
        true => former_value(member.kind, context.get_raw(at)),
        false => member.usual(),
    };
    let values: Vec<Value> = members.iter().zip(1..).map(value).collect();
    body::encode(members, &values)
}

/// A value as the version before kept it: guids and lists of fixed width in blobs, memberships as JSON text, dates as
/// ticks, booleans as integers.
fn former_value(kind: StoredKind, value: ValueRef<'_>) -> Value {
    let whole = |number: i64| i32::try_from(number).unwrap_or_default();
    match (kind, value) {
        (StoredKind::Nullable(_), ValueRef::Null) => Value::Null,
        (StoredKind::Nullable(kind), value) => former_value(*kind, value),
        (StoredKind::Bool, ValueRef::Integer(flag)) => Value::Bool(flag != 0),
        (StoredKind::Int | StoredKind::Flags(_), ValueRef::Integer(number)) => Value::Int(whole(number)),
        (StoredKind::Enum(_) | StoredKind::NamedEnum(_), ValueRef::Integer(number)) => Value::Enum(whole(number)),
        (StoredKind::Text, ValueRef::Text(text)) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        (StoredKind::Guid, ValueRef::Blob(guid)) => Value::Guid(Uuid::from_slice(guid).unwrap_or_default()),
        (StoredKind::Date, ValueRef::Integer(ticks)) => Value::DateTime(utc(ticks)),
        (StoredKind::List(item), ValueRef::Blob(items)) => match item {
            StoredKind::Guid => Value::List(items.chunks_exact(16).map(guid).collect()),
            kind => Value::List(items.chunks_exact(4).map(|item| number(*kind, item)).collect()),
        },
        (StoredKind::Map(..), ValueRef::Blob(entries)) => {
            let entries = entries.chunks_exact(20).filter_map(<[u8]>::split_first_chunk);
            Value::Dictionary(entries.map(|(key, value)| (i32::from_le_bytes(*key), guid(value))).collect())
        }
        (StoredKind::List(StoredKind::Group(_)), ValueRef::Text(text)) => {
            let text = str::from_utf8(text).unwrap_or_default();
            let records: Vec<(String, Vec<String>)> = from_json(text).unwrap_or_default();
            let record = |(guid, words): (String, Vec<String>)| {
                Value::List(vec![
                    Value::Guid(Uuid::try_parse(&guid).unwrap_or_default()),
                    Value::List(words.into_iter().map(Value::Text).collect()),
                ])
            };
            Value::List(records.into_iter().map(record).collect())
        }
        (kind, _) => kind.zero(),
    }
}

fn guid(bytes: &[u8]) -> Value {
    Value::Guid(Uuid::from_slice(bytes).unwrap_or_default())
}

fn number(kind: StoredKind, bytes: &[u8]) -> Value {
    let number = bytes.first_chunk().map(|bytes| i32::from_le_bytes(*bytes)).unwrap_or_default();
    if matches!(kind, StoredKind::Int) { Value::Int(number) } else { Value::Enum(number) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::DateTime;
    use crate::model::{User, UserRecord};
    use crate::store::database::{Database, Place};
    use crate::store::write_users;
    use std::sync::Arc;

    /// Tables and indexes with their columns, in the order of their names.
    fn structure(connection: &Connection) -> Vec<String> {
        let lines = |sql: &str| rows::many(connection, sql, [], |columns| columns.next::<String>()).unwrap();
        let mut all = lines(
            "select concat_ws(' ', t.name, t.wr, c.cid, c.name, c.type, c.'notnull', c.dflt_value, c.pk, c.hidden) \
             from pragma_table_list t, pragma_table_xinfo(t.name) c where t.name not like 'sqlite_%' order by 1",
        );
        all.extend(lines(
            "select concat_ws(' ', t.name, i.name, i.'unique', i.origin, i.partial, c.seqno, c.name, c.desc, c.coll, c.key) \
             from pragma_table_list t, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) c order by 1",
        ));
        all.extend(lines("select lower(sql) from sqlite_schema where type = 'index' and sql is not null order by 1"));
        all.extend(lines("select concat_ws(' ', 'clock', kind, ticks) from clock"));
        all
    }

    #[test]
    fn the_schema_of_a_new_world_is_that_which_the_migrations_make() {
        let statements = Statements::new(Schema::from_iter([]));
        let (new, migrated) = (Connection::open_in_memory().unwrap(), Connection::open_in_memory().unwrap());
        add_folding(&migrated).unwrap();
        migrate(&new, &statements).unwrap();
        bring_up(&migrated, &statements, 0).unwrap();
        let expected = structure(&migrated);
        assert!(expected.len() > 60, "{expected:#?}");
        assert_eq!(structure(&new), expected);
        let version = |connection: &Connection| rows::value::<i64>(connection, "pragma user_version", []).unwrap();
        assert_eq!(version(&new), version(&migrated));
    }

    #[test]
    fn indexes_that_were_taken_off_are_put_back_as_they_were() {
        let statements = Arc::new(Statements::new(Schema::from_iter([])));
        let database = Database::open(&Place::Memory, &statements).unwrap();
        let connection = database.connection();
        let known = || {
            let sql = "select sql from sqlite_schema where type = 'index' and tbl_name = 'user' order by name";
            rows::many(connection, sql, [], |columns| columns.next::<String>()).unwrap()
        };
        let before = known();
        let indexes = Indexes::take_off(connection).unwrap();
        assert!(before.len() == 3 && known().is_empty(), "{before:?}");
        let user = |number: u128| {
            let at = DateTime { ticks: 1, ..DateTime::MIN };
            UserRecord::from(User { username: Some(format!("user{number}")), ..User::new(Uuid::from_u128(number), at) })
        };
        write_users::insert(connection, &statements, 1, &[user(1), user(2)]).unwrap();
        indexes.put_back(connection).unwrap();
        assert_eq!(known(), before);
        let taken = write_users::insert(connection, &statements, 3, &[UserRecord { facets: Vec::new(), ..user(2) }]);
        assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
    }
}
