//! The statements that read and write users, built once from the schema: facets are data, and so are the columns that
//! hold them.

use super::rows::{Columns, utc};
use super::{StoreError, body};
use crate::contract::{FacetType, Key, KeyPart, StoredMember, StoredRecord, Value};
use crate::model::{FacetRecord, Schema, User, UserRecord};
use rusqlite::types::ValueRef;
use uuid::Uuid;

/// The columns that every user has, in the order in which [`read_shared`] takes them.
const SHARED: &str =
    "u.number, u.id, u.username, u.email, u.display_name, u.password, u.enabled, u.created_at, u.modified_at";
/// The forms in which names are compared, as their indexes have them. A statement has to write them alike, else it reads
/// every user.
pub(super) const USERNAME_FOLDED: &str = "ifnull(u.username_folded, upper(u.username))";
pub(super) const EMAIL_FOLDED: &str = "ifnull(u.email_folded, upper(u.email))";
/// Where the id stands in every row, and the body in a row of one facet.
pub(super) const ID: usize = 1;
pub(super) const BODY: usize = 9;

/// The schema and the statements that follow from it.
#[derive(Debug)]
pub(super) struct Statements {
    pub schema: Schema,
    facets: Vec<FacetStatements>,
    /// `select` of whole users, without `where` and `order by`.
    pub whole: String,
    pub insert: String,
    /// The number of the user with a username.
    pub number_of_username: String,
    /// Whether a user of another id has a username.
    pub username_taken: String,
    /// `and`ed conditions under which a user has no facet.
    pub without_facets: String,
}

/// The statements of one facet. A `select` has no `where` and `order by` yet.
#[derive(Debug)]
pub(super) struct FacetStatements {
    /// Its place in the schema.
    pub place: u8,
    pub facet: &'static FacetType,
    /// The column that holds it.
    pub column: String,
    /// The user of a key.
    pub by_key: String,
    /// The user of an id, whatever the key is.
    pub by_id: String,
    /// The users between two numbers that have the facet.
    pub neighbours: String,
    pub select: String,
    /// Stores the body and the date of the change.
    pub replace: String,
}

impl Statements {
    pub(super) fn new(schema: Schema) -> Statements {
        let facets: Vec<FacetStatements> = schema.facets().zip(0..).map(|(f, n)| FacetStatements::new(f, n)).collect();
        let columns: Vec<&str> = facets.iter().map(|facet| &*facet.column).collect();
        let listed: String = columns.iter().map(|column| format!(", u.{column}")).collect();
        let places = ", ?".repeat(columns.len());
        let insert = format!(
            "insert into user (number, id, username, username_folded, email, email_folded, display_name, password, enabled, \
             created_at, modified_at{}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?{places})",
            columns.iter().map(|column| format!(", {column}")).collect::<String>(),
        );
        let without: String = columns.iter().map(|column| format!(" and {column} is null")).collect();
        Statements {
            whole: format!("select {SHARED}{listed} from user u "),
            insert,
            number_of_username: format!("select u.number from user u where {USERNAME_FOLDED} = ?"),
            username_taken: format!("select 1 from user u where {USERNAME_FOLDED} = ? and u.id <> ?"),
            without_facets: without,
            facets,
            schema,
        }
    }

    /// The statements of a facet, if the schema has it.
    pub(super) fn facet(&self, facet: &FacetType) -> Result<&FacetStatements, StoreError> {
        let found = self.facets.iter().find(|known| known.facet.api == facet.api);
        found.ok_or_else(|| StoreError::Unreadable("facet: no API of this server has it"))
    }

    pub(super) fn facets(&self) -> &[FacetStatements] {
        &self.facets
    }

    /// A row of [`Statements::whole`].
    pub(super) fn read_whole(&self, columns: &mut Columns<'_>) -> Result<StoredUser, StoreError> {
        let (number, user) = read_shared(columns)?;
        let mut record = UserRecord::from(user);
        for FacetStatements { facet, .. } in &self.facets {
            if let Some(body) = columns.bytes()? {
                record.facets.push(FacetRecord { facet, values: body::decode(facet.members, body)? });
            }
        }
        Ok(StoredUser { number, record })
    }
}

impl FacetStatements {
    fn new(facet: &'static FacetType, place: u8) -> FacetStatements {
        let column = column_of(facet);
        let select = format!("select {SHARED}, u.{column} from user u ");
        let by_id = format!("{select} where u.id = ? and u.{column} is not null");
        let by_key = match facet.key.is_empty() {
            true => by_id.clone(),
            false => format!(
                "select {SHARED}, u.{column} from facet_key k join user u on u.number = k.number \
                 where k.api = '{}' and k.key = ?",
                facet.api
            ),
        };
        let neighbours = format!("{select} where u.number between ? and ? and u.{column} is not null");
        let replace = format!("update user set {column} = ?, modified_at = ? where number = ?");
        FacetStatements { place, facet, by_key, by_id, neighbours, select, replace, column }
    }

    /// The key in a row of this facet, under which the row is remembered.
    pub(super) fn key_of(&self, columns: &Columns<'_>) -> Option<Key> {
        let id = Uuid::from_bytes(columns.at(ID)?);
        if self.facet.key.is_empty() {
            return Some(id.to_key());
        }
        let body: Vec<u8> = columns.at(BODY)?;
        Some(self.facet.key_of(id, &body::decode(self.facet.members, &body).ok()?))
    }
}

/// The column of a user that holds a facet. API names are ASCII letters, see `Apis`.
pub(super) fn column_of(facet: &FacetType) -> String {
    format!("facet_{}", facet.api)
}

/// A whole user as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredUser {
    /// The user with every facet.
    pub record: UserRecord,
    /// Its number in the world, by which its row is found.
    pub(super) number: i64,
}

/// The shared columns, with the number.
pub(super) fn read_shared(columns: &mut Columns<'_>) -> Result<(i64, User), StoreError> {
    let number = columns.next()?;
    let text = |columns: &mut Columns<'_>| columns.text().map(|text| text.map(str::to_owned));
    let user = User {
        id: columns.guid()?,
        username: text(columns)?,
        email: text(columns)?,
        display_name: text(columns)?,
        password: text(columns)?,
        enabled: columns.flag()?,
        created_at: utc(columns.next()?),
        modified_at: utc(columns.next()?),
    };
    Ok((number, user))
}

/// The shared columns as a statement would give them.
pub(super) fn shared_columns(number: i64, user: &User) -> [ValueRef<'_>; BODY] {
    let text = |text| Option::map_or(text, ValueRef::Null, |text: &String| ValueRef::Text(text.as_bytes()));
    [
        ValueRef::Integer(number),
        ValueRef::Blob(user.id.as_bytes()),
        text(user.username.as_ref()),
        text(user.email.as_ref()),
        text(user.display_name.as_ref()),
        text(user.password.as_ref()),
        ValueRef::Integer(i64::from(user.enabled)),
        ValueRef::Integer(user.created_at.ticks),
        ValueRef::Integer(user.modified_at.ticks),
    ]
}

/// The body in the packed row of a user and one facet.
pub(super) fn body_in(row: &[u8]) -> Option<&[u8]> {
    let mut columns = Columns::unpacked(row);
    columns.skip(BODY).ok()?;
    columns.bytes().ok()?
}

/// The record in a row's next column.
pub(super) fn read_body<R: StoredRecord>(columns: &mut Columns<'_>) -> Result<R, StoreError> {
    R::read(&mut columns.bytes()?.ok_or_else(|| StoreError::Unreadable("body"))?)
}

/// The values in a row's next column.
pub(super) fn read_values(members: &[StoredMember], columns: &mut Columns<'_>) -> Result<Vec<Value>, StoreError> {
    body::decode(members, columns.bytes()?.ok_or_else(|| StoreError::Unreadable("body"))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::database::{Database, Place};
    use crate::store::rows;
    use std::sync::Arc;

    #[test]
    fn names_are_found_by_their_indexes() {
        let statements = Arc::new(Statements::new(Schema::from_iter([])));
        let database = Database::open(&Place::Memory, &statements).unwrap();
        let by = |name: &str| format!("{} where {name} = ?1 and u.enabled", statements.whole);
        for (sql, index) in [
            (&statements.number_of_username, "user_username"),
            (&statements.username_taken, "user_username"),
            (&by(USERNAME_FOLDED), "user_username"),
            (&by(EMAIL_FOLDED), "user_email"),
        ] {
            let explained = format!("explain query plan {}", sql.replace("?1", "?").replace('?', "'ADA'"));
            let plan = rows::many(database.connection(), &explained, [], |columns| {
                columns.skip(3)?;
                columns.next::<String>()
            });
            let plan = plan.unwrap();
            assert!(matches!(&*plan, [step] if step.contains(&format!("INDEX {index} "))), "{sql}: {plan:?}");
        }
    }
}
