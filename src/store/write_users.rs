//! Writes users and their facets. SQLite writes an index entry anew whenever a statement names its column, so a change
//! names the columns of the username and the address only if they differ.

use super::error::Conflict;
use super::keys::{Claims, Entries};
use super::statements::{FacetStatements, Statements, USERNAME_FOLDED, read_shared};
use super::{StoreError, body, folded, keys, rows};
use crate::contract::{Container, DateTime, FacetType, Key, KeyPart, Value};
use crate::model::{User, UserRecord};
use rusqlite::types::Null;
use rusqlite::{CachedStatement, Connection, ToSql};
use std::borrow::Cow;
use uuid::Uuid;

const USERNAME: &str = "username = ?, username_folded = ?, ";
const EMAIL: &str = "email = ?, email_folded = ?, ";
const SHARED: &str = "display_name = ?, password = ?, enabled = ?, created_at = ?, modified_at = ?";

/// The change of one facet of a user; `None` is no facet.
pub(super) struct FacetChange<'s> {
    pub facet: &'s FacetStatements,
    /// The bodies, which are decoded only if they differ, as a key or a container may then, too.
    pub before: Option<Cow<'s, [u8]>>,
    pub after: Option<Vec<u8>>,
}

/// A facet whose values differ before and after a change, which may be found elsewhere then.
struct Move {
    facet: &'static FacetType,
    before: Option<Vec<Value>>,
    after: Option<Vec<Value>>,
}

/// Adds users under numbers from `first` on.
///
/// # Errors
/// [`StoreError::Conflict`]; the users before the one that has it were added.
pub(super) fn insert(
    connection: &Connection,
    statements: &Statements,
    first: i64,
    users: &[UserRecord],
) -> Result<(), StoreError> {
    let mut insertion = Insertion::new(connection, statements)?;
    let added = (first..).zip(users).try_for_each(|(number, user)| insertion.add(number, user));
    insertion.finish()?;
    added
}

/// Adds users one after the other.
pub(super) struct Insertion<'c> {
    connection: &'c Connection,
    statements: &'c Statements,
    row: CachedStatement<'c>,
    claims: Claims<'c>,
    /// Written last.
    entries: Entries,
    /// The body of the facet that is being written.
    body: Vec<u8>,
}

impl<'c> Insertion<'c> {
    pub(super) fn new(connection: &'c Connection, statements: &'c Statements) -> Result<Self, StoreError> {
        let row = connection.prepare_cached(&statements.insert);
        let row = row.map_err(|error| StoreError::at(connection.path(), error))?;
        let (claims, entries) = (Claims::new(connection), Entries::default());
        Ok(Insertion { connection, statements, row, claims, entries, body: Vec::new() })
    }

    /// Adds a user.
    ///
    /// # Errors
    /// [`StoreError::Conflict`]; then the user was not added.
    pub(super) fn add(&mut self, number: i64, user: &UserRecord) -> Result<(), StoreError> {
        let UserRecord { shared: user, facets } = user;
        let claims = facets.iter().map(|record| (record.facet, &*record.values));
        self.claims.claim_all(number, user.id, claims.clone())?;
        let mut values = Parameters::new(&mut self.row);
        values.put(number)?;
        values.put(user.id.as_bytes())?;
        put_username(&mut values, user)?;
        put_email(&mut values, user)?;
        put_shared(&mut values, user)?;
        for known in self.statements.facets() {
            match facets.iter().find(|record| record.facet.api == known.facet.api) {
                Some(record) => {
                    body::encode_into(record.facet.members, &record.values, &mut self.body);
                    values.put(&*self.body)?;
                }
                None => values.put(Null)?,
            }
        }
        if let Err(error) = self.row.raw_execute() {
            keys::release_all(self.connection, user.id, claims)?;
            return Err(conflict(self.connection, error, user, number));
        }
        for record in facets {
            self.entries.add(record.facet, number, &record.values);
        }
        Ok(())
    }

    /// Lists the users that were added in their containers.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn finish(self) -> Result<(), StoreError> {
        self.entries.write(self.connection)
    }
}

/// Stores the shared members and facets of an existing user, `before` as they are stored.
///
/// # Errors
/// [`StoreError::NotFound`] when the user is gone, [`StoreError::Conflict`].
pub(super) fn change(
    connection: &Connection,
    number: i64,
    before: &User,
    after: &User,
    facets: &[FacetChange<'_>],
) -> Result<(), StoreError> {
    let renamed = before.username != after.username;
    let readdressed = before.email != after.email;
    let mut sql = String::with_capacity(256);
    sql.push_str("update user set ");
    sql.push_str(if renamed { USERNAME } else { "" });
    sql.push_str(if readdressed { EMAIL } else { "" });
    sql.push_str(SHARED);
    for FacetChange { facet, .. } in facets {
        sql.push_str(", ");
        sql.push_str(&facet.column);
        sql.push_str(" = ?");
    }
    sql.push_str(" where number = ?");
    let moves = facets.iter().filter(|change| !change.leaves_it()).map(FacetChange::decoded);
    let moves = moves.collect::<Result<Vec<Move>, StoreError>>()?;
    let moved = moves.iter().filter(|one| one.moves_key());
    let claims = moved.clone().filter_map(|one| Some((one.facet, one.after.as_deref()?)));
    Claims::new(connection).claim_all(number, after.id, claims.clone())?;
    let fault = |error| StoreError::at(connection.path(), error);
    let mut statement = connection.prepare_cached(&sql).map_err(fault)?;
    let mut values = Parameters::new(&mut statement);
    if renamed {
        put_username(&mut values, after)?;
    }
    if readdressed {
        put_email(&mut values, after)?;
    }
    put_shared(&mut values, after)?;
    for FacetChange { after, .. } in facets {
        values.put(after.as_deref())?;
    }
    values.put(number)?;
    let changed = statement.raw_execute().map_err(|error| conflict(connection, error, after, number));
    if !matches!(changed, Ok(1)) {
        keys::release_all(connection, after.id, claims)?;
        return Err(changed.err().unwrap_or(StoreError::NotFound("user")));
    }
    let former = moved.filter_map(|one| Some((one.facet, one.before.as_deref()?)));
    keys::release_all(connection, after.id, former)?;
    moves.iter().try_for_each(|one| one.move_containers(connection, number))
}

/// Stores the facet of one user and marks the user as modified.
///
/// # Errors
/// [`StoreError::NotFound`] when no user has the number; [`StoreError::Conflict`].
pub(super) fn replace_facet(
    connection: &Connection,
    facet: &FacetStatements,
    number: i64,
    body: Vec<u8>,
    now: DateTime,
) -> Result<(), StoreError> {
    if facet.facet.key.is_empty() && facet.facet.container == Container::None {
        // Neither a key nor a container depends on the facet, so that its stored form need not be read.
        return match rows::run(connection, &facet.replace, (body, now.ticks, number))? {
            0 => Err(StoreError::NotFound("user")),
            _ => Ok(()),
        };
    }
    let sql = format!("{} where u.number = ?", facet.select);
    let stored = rows::one(connection, &sql, [number], |columns| {
        let (_, user) = read_shared(columns)?;
        Ok((user, columns.bytes()?.map(<[u8]>::to_vec)))
    })?;
    let (user, before) = stored.ok_or(StoreError::NotFound("user"))?;
    let after = User { modified_at: now, ..user.clone() };
    let facets = [FacetChange { facet, before: before.map(Cow::Owned), after: Some(body) }];
    change(connection, number, &user, &after, &facets)
}

impl FacetChange<'_> {
    /// Whether the facet stays as it was.
    pub(super) fn leaves_it(&self) -> bool {
        self.before.as_deref() == self.after.as_deref()
    }

    /// The values before and after.
    fn decoded(&self) -> Result<Move, StoreError> {
        let facet = self.facet.facet;
        let values = |body: Option<&[u8]>| body.map(|body| body::decode(facet.members, body)).transpose();
        Ok(Move { facet, before: values(self.before.as_deref())?, after: values(self.after.as_deref())? })
    }

    /// The user's key afterwards.
    pub(super) fn key_after(&self, id: Uuid) -> Option<Key> {
        let facet = self.facet.facet;
        if facet.key.is_empty() {
            return Some(id.to_key());
        }
        Some(facet.key_of(id, &body::decode(facet.members, self.after.as_deref()?).ok()?))
    }
}

impl Move {
    /// Whether the user has another key afterwards, or none where it had one.
    fn moves_key(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => !keys::same_key(self.facet, before, after),
            _ => true,
        }
    }

    fn move_containers(&self, connection: &Connection, number: i64) -> Result<(), StoreError> {
        let facet = self.facet;
        if let (Some(before), Some(after)) = (&self.before, &self.after)
            && keys::same_containers(facet, before, after)
        {
            return Ok(());
        }
        if let Some(before) = &self.before {
            keys::leave(connection, facet, number, before)?;
        }
        match &self.after {
            Some(after) => keys::enter(connection, facet, number, after),
            None => Ok(()),
        }
    }
}

/// The folded form of a name, unless SQLite's `upper` makes the same one.
pub(super) fn other_fold(name: &str) -> Option<String> {
    (!name.is_ascii()).then(|| folded(name)).filter(|folded| *folded != name.to_ascii_uppercase())
}

/// The meaning of a failed write of a user: SQLite names the index only in its message, so the table is queried.
fn conflict(connection: &Connection, error: rusqlite::Error, user: &User, number: i64) -> StoreError {
    let taken = |sql: &str, value: &dyn ToSql| rows::value::<i64>(connection, sql, (value, number));
    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) {
        let name = user.username.as_deref().map(folded);
        let by_name = taken(&format!("select 1 from user u where {USERNAME_FOLDED} = ? and u.number <> ?"), &name);
        if matches!(by_name, Ok(Some(_))) {
            return StoreError::Conflict(Conflict::Username);
        }
        if matches!(taken("select 1 from user where id = ? and number <> ?", user.id.as_bytes()), Ok(Some(_))) {
            return StoreError::Conflict(Conflict::Id);
        }
    }
    StoreError::at(connection.path(), error)
}

/// The parameters of a statement, filled in turn.
struct Parameters<'s, 'c> {
    statement: &'s mut CachedStatement<'c>,
    at: usize,
}

impl<'s, 'c> Parameters<'s, 'c> {
    fn new(statement: &'s mut CachedStatement<'c>) -> Parameters<'s, 'c> {
        Parameters { statement, at: 0 }
    }

    fn put(&mut self, value: impl ToSql) -> Result<(), StoreError> {
        self.at += 1;
        Ok(self.statement.raw_bind_parameter(self.at, value)?)
    }
}

fn put_username(values: &mut Parameters<'_, '_>, user: &User) -> Result<(), StoreError> {
    values.put(user.username.as_deref())?;
    values.put(user.username.as_deref().and_then(other_fold))
}

fn put_email(values: &mut Parameters<'_, '_>, user: &User) -> Result<(), StoreError> {
    values.put(user.email.as_deref())?;
    values.put(user.email.as_deref().and_then(other_fold))
}

fn put_shared(values: &mut Parameters<'_, '_>, user: &User) -> Result<(), StoreError> {
    values.put(user.display_name.as_deref())?;
    values.put(user.password.as_deref())?;
    values.put(user.enabled)?;
    values.put(user.created_at.ticks)?;
    values.put(user.modified_at.ticks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Part, Schema};
    use crate::store::database::{Database, Place};
    use proptest::prelude::*;
    use std::sync::Arc;

    crate::facet! {
        /// A facet without a key or container.
        pub struct Note of "notes" {
            text: String = "text",
        }
    }

    /// The groups of columns that a change writes, as triggers on them find them named in its statement.
    fn written(change_user: impl FnOnce(&mut User)) -> Vec<String> {
        let facet = <Note as crate::contract::Facet>::TYPE;
        let schema = Schema::from_iter([Part { api: "notes", facet, lists: &[] }]);
        let statements = Arc::new(Statements::new(schema));
        let database = Database::open(&Place::Memory, &statements).unwrap();
        let connection = database.connection();
        let mut before = User::new(Uuid::from_u128(1), DateTime { ticks: 1, ..DateTime::MIN });
        (before.username, before.email) = (Some("Ada".to_owned()), Some("ada@example.com".to_owned()));
        let note = Note { text: "kept".to_owned() };
        insert(connection, &statements, 1, &[UserRecord::from(before.clone()).with(&note)]).unwrap();
        let columns = [
            ("names", "username, username_folded"),
            ("address", "email, email_folded"),
            ("others", "display_name, facet_notes"),
        ];
        connection.execute_batch("create temp table written (columns text)").unwrap();
        for (name, columns) in columns {
            let sql = format!(
                "create temp trigger {name} after update of {columns} on user begin \
                 insert into written values ('{name}'); end"
            );
            connection.execute_batch(&sql).unwrap();
        }
        let mut after = before.clone();
        change_user(&mut after);
        let statements = statements.facet(facet).unwrap();
        let stored = body::of(&note);
        let changed = body::of(&Note { text: "changed".to_owned() });
        let facets = [FacetChange { facet: statements, before: Some(stored.into()), after: Some(changed) }];
        change(connection, 1, &before, &after, &facets).unwrap();
        rows::many(connection, "select columns from written order by columns", [], |columns| columns.next()).unwrap()
    }

    proptest! {
        /// The form that the indexes have is the one that statements ask for, whether a column keeps it or not.
        #[test]
        fn upper_makes_the_folded_form_where_none_is_kept(name in "[a-zA-Z0-9@.äßıſKς\u{10428}]{0,8}|.{0,8}") {
            let database = Connection::open_in_memory().unwrap();
            let sql = "select ifnull(?1, upper(?2))";
            let made = rows::value::<String>(&database, sql, (other_fold(&name), &name)).unwrap();
            prop_assert_eq!(made, Some(folded(&name)));
        }
    }

    #[test]
    fn only_names_that_upper_does_not_fold_take_space_twice() {
        assert_eq!(["Ada.1@example.com", "王", ""].map(other_fold), [None, None, None]);
        assert_eq!(other_fold("Jürgen"), Some("JÜRGEN".to_owned()));
    }

    #[test]
    fn a_change_writes_the_indexed_columns_only_if_they_differ() {
        assert_eq!(written(|user| user.display_name = Some("Countess".to_owned())), ["others"]);
        assert_eq!(written(|user| user.username = Some("ADA".to_owned())), ["names", "others"]);
        assert_eq!(written(|user| user.email = None), ["address", "others"]);
    }
}
