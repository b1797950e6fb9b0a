//! Rows of a statement or from memory, read column by column. Guids are 16-byte blobs, dates ticks in UTC, booleans
//! integers.

use std::sync::Arc;

use rusqlite::types::{FromSql, ValueRef};
use rusqlite::{Connection, OptionalExtension, Params, Row};
use uuid::Uuid;

use super::{StoreError, remembered};
use crate::contract::{DateTime, DateTimeKind};

/// The one row of a statement, or none. Statements are prepared once for each world's connection.
pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnOnce(&mut Columns<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let fault = |error| StoreError::at(connection.path(), error);
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut rows = statement.query(values).map_err(fault)?;
    rows.next().map_err(fault)?.map(|row| read(&mut Columns::from_row(row))).transpose()
}

/// The rows of a statement.
pub(super) fn many<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl Fn(&mut Columns<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    each(connection, sql, values, |columns| {
        found.push(read(columns)?);
        Ok(())
    })?;
    Ok(found)
}

/// Takes the rows of a statement one after the other.
pub(super) fn each(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    mut take: impl FnMut(&mut Columns<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let fault = |error| StoreError::at(connection.path(), error);
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut rows = statement.query(values).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        take(&mut Columns::from_row(row))?;
    }
    Ok(())
}

/// The first column of a statement's row, if there is a row.
pub(super) fn value<T: FromSql>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
) -> Result<Option<T>, StoreError> {
    let row = connection.prepare_cached(sql).and_then(|mut found| found.query_row(values, |row| row.get(0)));
    row.optional().map_err(|error| StoreError::at(connection.path(), error))
}

/// Whether a statement gives a row.
pub(super) fn any(connection: &Connection, sql: &str, values: impl Params) -> Result<bool, StoreError> {
    Ok(value::<i64>(connection, sql, values)?.is_some())
}

/// Runs a statement that gives no rows; returns the number of rows that it changed.
pub(super) fn run(connection: &Connection, sql: &str, values: impl Params) -> Result<usize, StoreError> {
    let changed = connection.prepare_cached(sql).and_then(|mut statement| statement.execute(values));
    changed.map_err(|error| StoreError::at(connection.path(), error))
}

/// The columns of a row, taken in turn; a clone goes on from the same column.
#[derive(Clone)]
pub(super) struct Columns<'r> {
    source: Source<'r>,
}

#[derive(Clone)]
enum Source<'r> {
    /// A statement's row, and the next column.
    Row(&'r Row<'r>, usize),
    /// The rest of a packed row.
    Packed(&'r [u8]),
}

impl<'r> Columns<'r> {
    fn from_row(row: &'r Row<'r>) -> Columns<'r> {
        Columns { source: Source::Row(row, 0) }
    }

    /// The columns of a row that [`Columns::packed`] gave.
    pub(super) fn unpacked(bytes: &'r [u8]) -> Columns<'r> {
        Columns { source: Source::Packed(bytes) }
    }

    /// A column of a statement's row, out of turn.
    pub(super) fn at<T: FromSql>(&self, column: usize) -> Option<T> {
        match self.source {
            Source::Row(row, _) => row.get(column).ok(),
            Source::Packed(_) => None,
        }
    }

    /// All columns of a statement's row, packed; `None` when they take more than `limit` bytes.
    pub(super) fn packed(&self, limit: usize) -> Option<Arc<[u8]>> {
        match self.source {
            Source::Row(row, _) => {
                remembered::pack((0..row.as_ref().column_count()).map(|at| row.get_ref(at).ok()), limit)
            }
            Source::Packed(_) => None,
        }
    }

    /// Adds all columns of a statement's row, packed.
    pub(super) fn pack_into(&self, bytes: &mut Vec<u8>) -> Result<(), StoreError> {
        let Source::Row(row, _) = self.source else { return Err(StoreError::Unreadable("row")) };
        for column in 0..row.as_ref().column_count() {
            remembered::pack_value(row.get_ref(column)?, bytes).ok_or(StoreError::Unreadable("row"))?;
        }
        Ok(())
    }

    pub(super) fn next<T: FromSql>(&mut self) -> Result<T, StoreError> {
        if let Source::Row(row, at) = &mut self.source {
            // Its error names the column.
            let value = row.get(*at)?;
            *at += 1;
            return Ok(value);
        }
        T::column_result(self.value()?).map_err(|_| StoreError::Unreadable("column"))
    }

    fn value(&mut self) -> Result<ValueRef<'r>, StoreError> {
        match &mut self.source {
            Source::Row(row, at) => {
                let value = row.get_ref(*at)?;
                *at += 1;
                Ok(value)
            }
            Source::Packed(rest) => {
                let (value, others) = remembered::unpack(rest).ok_or_else(|| StoreError::Unreadable("packed row"))?;
                *rest = others;
                Ok(value)
            }
        }
    }

    /// A text, not copied.
    pub(super) fn text(&mut self) -> Result<Option<&'r str>, StoreError> {
        self.value()?.as_str_or_null().map_err(|_| StoreError::Unreadable("text"))
    }

    /// Bytes, not copied.
    pub(super) fn bytes(&mut self) -> Result<Option<&'r [u8]>, StoreError> {
        self.value()?.as_blob_or_null().map_err(|_| StoreError::Unreadable("bytes"))
    }

    pub(super) fn skip(&mut self, columns: usize) -> Result<(), StoreError> {
        (0..columns).try_for_each(|_| self.value().map(|_| ()))
    }

    pub(super) fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.next::<i64>()? != 0)
    }

    pub(super) fn guid(&mut self) -> Result<Uuid, StoreError> {
        self.some_guid()?.ok_or_else(|| StoreError::Unreadable("guid"))
    }

    pub(super) fn some_guid(&mut self) -> Result<Option<Uuid>, StoreError> {
        self.bytes()?.map(Uuid::from_slice).transpose().map_err(|_| StoreError::Unreadable("guid"))
    }

    pub(super) fn date(&mut self) -> Result<Option<DateTime>, StoreError> {
        Ok(self.next::<Option<i64>>()?.map(utc))
    }
}

/// A stored date.
pub(super) fn utc(ticks: i64) -> DateTime {
    DateTime { ticks, kind: DateTimeKind::Utc }
}

/// A list or other value as the JSON text that is stored.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Unreadable("list"))
}

/// The value of a JSON text.
pub(super) fn from_json<'t, T: serde::Deserialize<'t>>(text: &'t str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable("list"))
}
