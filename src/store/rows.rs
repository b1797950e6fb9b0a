//! Rows in and out: many rows per statement when writing, columns in turn when reading. Guids are 16-byte blobs,
//! dates ticks in UTC, booleans integers, which every SQL database can hold.

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, Decode, Row, Sqlite, SqliteConnection, Type};
use uuid::Uuid;

use super::StoreError;
use crate::contract::{DateTime, DateTimeKind};
use crate::state::Named;

pub(super) type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// SQLite takes at most 32,766 values in a statement; this keeps well below, and is past the point where larger
/// statements are faster.
const VALUES_PER_STATEMENT: usize = 6_000;

/// Writes rows, many per statement. `head` is the statement up to `values`, `tail` what follows the rows; `$1` is
/// the world, and `bind` adds exactly `width` values for each row after it.
pub(super) async fn write_rows<T>(
    connection: &mut SqliteConnection,
    world: i64,
    (head, width, tail): (&str, usize, &str),
    rows: &[T],
    bind: impl for<'q> Fn(Statement<'q>, &'q T) -> Result<Statement<'q>, StoreError>,
) -> Result<(), StoreError> {
    for chunk in rows.chunks((VALUES_PER_STATEMENT / width.max(1)).max(1)) {
        let sql = format!("{head} values {}{tail}", placeholders(chunk.len(), width));
        // Only the two statements of a long run, the full one and the last, would ever be used again.
        let mut statement = sqlx::query(AssertSqlSafe(sql)).persistent(chunk.len() == 1).bind(world);
        for row in chunk {
            statement = bind(statement, row)?;
        }
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}

/// `($1,$2,$3),($1,$4,$5)` for two rows of two values.
fn placeholders(rows: usize, width: usize) -> String {
    let mut text = String::with_capacity(rows * (width * 6 + 6));
    for row in 0..rows {
        text.push_str(if row == 0 { "($1" } else { ",($1" });
        for column in 0..width {
            text.push_str(",$");
            text.push_str(&(2 + row * width + column).to_string());
        }
        text.push(')');
    }
    text
}

/// Splits a list into pieces that fit one statement, with the text `$2,$3,…` for each; `$1` is the world.
pub(super) fn in_lists<T>(values: &[T]) -> impl Iterator<Item = (String, &[T])> {
    values.chunks(VALUES_PER_STATEMENT).map(|chunk| {
        let list: Vec<String> = (0..chunk.len()).map(|at| format!("${}", at + 2)).collect();
        (list.join(","), chunk)
    })
}

/// The columns of a row, taken in turn.
pub(super) struct Columns<'r> {
    row: &'r SqliteRow,
    at: usize,
}

impl<'r> Columns<'r> {
    pub(super) fn of(row: &'r SqliteRow) -> Columns<'r> {
        Columns { row, at: 0 }
    }

    pub(super) fn next<T>(&mut self) -> Result<T, StoreError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite>,
    {
        let value = self.row.try_get(self.at)?;
        self.at += 1;
        Ok(value)
    }

    pub(super) fn skip(&mut self, columns: usize) {
        self.at += columns;
    }

    pub(super) fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.next::<i64>()? != 0)
    }

    pub(super) fn guid(&mut self) -> Result<Uuid, StoreError> {
        Uuid::from_slice(self.next::<&[u8]>()?).map_err(|_| StoreError::Unreadable("guid"))
    }

    pub(super) fn date(&mut self) -> Result<Option<DateTime>, StoreError> {
        Ok(self.next::<Option<i64>>()?.map(utc))
    }
}

/// A row of `id, name`.
pub(super) fn named(row: &SqliteRow) -> Result<Named, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Named { id: columns.guid()?, name: columns.next()? })
}

/// A stored date.
pub(super) fn utc(ticks: i64) -> DateTime {
    DateTime { ticks, kind: DateTimeKind::Utc }
}

/// A list or other value that is kept as JSON text.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Unreadable("list"))
}

/// The value behind JSON text.
pub(super) fn from_json<'t, T: serde::Deserialize<'t>>(text: &'t str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable("list"))
}

/// A guid out of JSON text.
pub(super) fn json_guid(text: &str) -> Result<Uuid, StoreError> {
    Uuid::try_parse(text).map_err(|_| StoreError::Unreadable("guid"))
}
