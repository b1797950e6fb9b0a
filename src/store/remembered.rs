//! Users that were read of a world in memory, packed. Finding a user among a hundred thousand touches dozens of cache
//! lines of SQLite's pages that are seldom warm; here it is a few.
//!
//! What is remembered is always what the table holds: SQLite tells of every row it changes, whatever statement did it,
//! and only readers add to it, who see nothing that could be undone. A file may be changed by another process, of
//! which SQLite tells nothing, so that users in files are not remembered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::StoreError;
use crate::contract::Key;
use rusqlite::Connection;

/// The largest row that is remembered, in bytes: many times what a user usually takes.
pub(super) const LARGEST: usize = 1024;
/// Rows remembered for each user at most, on the average: one for each facet that reads single users.
const ROWS_A_USER: usize = 3;

/// Users whose numbers differ in their lowest bits only are read together: they stand on the same page, and most of what
/// a user costs that was never asked for is the way to that page.
const NEIGHBOURS: i64 = 8;

/// The key of a user in an API: the API's place in the schema, and the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FacetKey(pub u8, pub Key);

/// The numbers of the users that are read together with the one of a number.
pub(super) fn neighbours(number: i64) -> (i64, i64) {
    let first = number - number.rem_euclid(NEIGHBOURS);
    (first, first + NEIGHBOURS - 1)
}

/// The remembered users of one world.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    rows: HashMap<FacetKey, Row>,
    /// How often the user with a number was changed; as long as the largest number remembered.
    changes: Vec<u32>,
}

/// What is remembered under a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Recalled<'r> {
    /// The row.
    Row(&'r [u8]),
    /// A row that has changed since.
    Changed,
    /// Nothing; nor are neighbours, most likely.
    Nothing,
}

#[derive(Debug)]
struct Row {
    number: usize,
    /// What [`Remembered::changes`] said when it was read.
    changes: u32,
    columns: Box<[u8]>,
}

impl Remembered {
    /// Nothing yet of a connection's users, and told of all their changes from now on.
    pub(super) fn following(connection: &Connection) -> Result<Arc<Mutex<Remembered>>, StoreError> {
        let shared: Arc<Mutex<Remembered>> = Arc::default();
        let told = Arc::clone(&shared);
        connection.update_hook(Some(move |_, _: &str, table: &str, number: i64| {
            if table == "user" {
                told.lock().unwrap_or_else(PoisonError::into_inner).changed(number);
            }
        }))?;
        Ok(shared)
    }

    /// The columns of a row as they were packed.
    pub(super) fn recall(&self, key: FacetKey) -> Recalled<'_> {
        match self.rows.get(&key) {
            Some(row) if self.changes.get(row.number) == Some(&row.changes) => Recalled::Row(&row.columns),
            Some(_) => Recalled::Changed,
            None => Recalled::Nothing,
        }
    }

    /// Makes room for the given number of users at once: to grow while requests are served would keep some of them waiting.
    pub(super) fn expect(&mut self, users: i64) {
        if self.rows.is_empty() {
            self.rows.reserve(usize::try_from(users).unwrap_or_default());
        }
    }

    /// Remembers a row that a reader has read.
    pub(super) fn remember(&mut self, key: FacetKey, number: i64, columns: Box<[u8]>) {
        let Ok(number) = usize::try_from(number) else { return };
        if number >= self.changes.len() {
            self.changes.resize(number + 1, 0);
        }
        // Rows of users that are gone stay until there are too many; numbers are given out densely.
        if self.rows.len() >= ROWS_A_USER * self.changes.len() {
            self.rows.clear();
        }
        let changes = self.changes.get(number).copied().unwrap_or_default();
        self.rows.insert(key, Row { number, changes, columns });
    }

    /// Forgets everything.
    pub(super) fn forget(&mut self) {
        *self = Remembered::default();
    }

    fn changed(&mut self, number: i64) {
        let changes = usize::try_from(number).ok().and_then(|number| self.changes.get_mut(number));
        // One that nobody asked for was not remembered either.
        let Some(changes) = changes else { return };
        match changes.checked_add(1) {
            Some(more) => *changes = more,
            None => self.forget(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::KeyPart;
    use uuid::Uuid;

    fn pbnb(user: i32) -> FacetKey {
        FacetKey(0, (2, user).to_key())
    }

    fn row(text: &str) -> Box<[u8]> {
        text.as_bytes().into()
    }

    #[test]
    fn neighbours_differ_in_their_lowest_three_bits_only() {
        assert_eq!([0, 7, 8, 15].map(neighbours), [(0, 7), (0, 7), (8, 15), (8, 15)]);
    }

    #[test]
    fn a_change_forgets_every_row_of_the_user_and_no_other() {
        let mut remembered = Remembered::default();
        let id = Uuid::from_u128(7);
        for (key, number) in [(pbnb(1), 1), (FacetKey(1, id.to_key()), 1), (FacetKey(3, id.to_key()), 2)] {
            remembered.remember(key, number, row("x"));
        }
        remembered.changed(1);
        remembered.changed(99);
        assert_eq!(remembered.recall(pbnb(1)), Recalled::Changed);
        assert_eq!(remembered.recall(FacetKey(1, id.to_key())), Recalled::Changed);
        assert_eq!(remembered.recall(FacetKey(3, id.to_key())), Recalled::Row(b"x"));
        remembered.remember(pbnb(1), 1, row("y"));
        assert_eq!(remembered.recall(pbnb(1)), Recalled::Row(b"y"));
    }

    #[test]
    fn counts_of_changes_never_come_round() {
        let mut remembered = Remembered::default();
        remembered.remember(pbnb(1), 1, row("x"));
        remembered.changes[1] = u32::MAX;
        remembered.remember(pbnb(2), 1, row("x"));
        remembered.changed(1);
        assert_eq!(remembered.recall(pbnb(1)), Recalled::Nothing);
        assert_eq!(remembered.recall(pbnb(2)), Recalled::Nothing);
    }

    #[test]
    fn users_that_come_and_go_do_not_pile_up() {
        let mut remembered = Remembered::default();
        for id in 0..10_000 {
            remembered.remember(FacetKey(3, Uuid::from_u128(id).to_key()), 5, row("x"));
            remembered.changed(5);
        }
        assert!(remembered.rows.len() <= 18, "{}", remembered.rows.len());
    }
}
