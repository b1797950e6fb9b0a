//! Users that were read, each row packed into one piece of memory. Finding a user among a hundred thousand touches dozens
//! of cache lines of SQLite's pages that are seldom warm; here it is a few.
//!
//! A row from memory is always equal to that of the table: SQLite reports every row that a statement changes, and rows
//! are added by transactions that have changed nothing, who see nothing that could be undone, and by the commit of a
//! change, unless something has changed the row once more since. Changes by other processes SQLite does not report;
//! [`Database::forget_what_others_changed`](super::database::Database::forget_what_others_changed) looks for them.

use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::StoreError;
use super::answers::{Answers, Budget, Version};
use crate::contract::Key;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// The largest row that is remembered, in bytes: many times the size of a usual user.
pub(super) const LARGEST_ROW: usize = 1024;
/// The average number of rows per user above which all are forgotten: one for each facet that reads single users.
const ROWS_PER_USER: usize = 3;

/// The approximate memory of a remembered row in addition to its columns, in bytes.
const OVERHEAD: usize = 96;

/// The number of users that are read together, those whose numbers differ in their lowest bits only: they are on the
/// same page, and most of the cost of a first read is the way to that page.
const NEIGHBOURS: i64 = 8;

/// The number of epochs that have begun: no two databases share one, see [`Version`].
static EPOCHS: AtomicU64 = AtomicU64::new(0);

fn next_epoch() -> u64 {
    EPOCHS.fetch_add(1, Ordering::Relaxed)
}

/// The key of a user in an API: the API's place in the schema, and the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FacetKey(pub u8, pub Key);

/// The first and last number of the users that are read together with a user.
pub(super) fn neighbours(number: i64) -> (i64, i64) {
    let first = number - number.rem_euclid(NEIGHBOURS);
    (first, first + NEIGHBOURS - 1)
}

/// The remembered users of one world.
#[derive(Debug)]
pub(super) struct Remembered {
    /// The most memory that they may take, in bytes.
    most: usize,
    /// The memory that they take.
    bytes: usize,
    /// By a hash that costs a tenth of SipHash: keys are numbers and guids that the store has given out.
    rows: foldhash::HashMap<FacetKey, Row>,
    /// The number of changes of each user, by the user's number; as long as the largest number remembered.
    changes: Vec<u32>,
    /// The epoch of these numbers.
    epoch: u64,
    /// Answers that show one of the users.
    answers: Answers,
}

/// The result of a look-up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Recalled<'r> {
    /// The row.
    Row(&'r Arc<[u8]>),
    /// A row that has changed since.
    Changed,
    /// No row, and most likely none of its neighbours.
    Nothing,
}

/// A row of a transaction that may yet be undone.
#[derive(Debug)]
pub(super) struct WrittenRow {
    pub key: FacetKey,
    pub number: i64,
    /// How often the user had changed when it was written.
    pub changes: u32,
    pub columns: Arc<[u8]>,
}

#[derive(Debug)]
struct Row {
    number: usize,
    /// The entry of [`Remembered::changes`] when it was read.
    changes: u32,
    /// Shared with the changes that are kept beside requests: what one of them found is what the one before it wrote.
    columns: Arc<[u8]>,
}

impl Row {
    fn bytes(&self) -> usize {
        OVERHEAD + self.columns.len()
    }
}

impl Remembered {
    /// None yet, and never more than `most` bytes of them.
    fn bounded(most: usize) -> Remembered {
        Remembered {
            most,
            bytes: 0,
            rows: foldhash::HashMap::default(),
            changes: Vec::new(),
            epoch: next_epoch(),
            answers: Answers::default(),
        }
    }

    /// No users of a connection yet, and never more than `most` bytes of them; SQLite reports every change from now on.
    pub(super) fn for_connection(connection: &Connection, most: usize) -> Result<Arc<Mutex<Remembered>>, StoreError> {
        let shared = Arc::new(Mutex::new(Remembered::bounded(most)));
        let remembered = Arc::clone(&shared);
        connection.update_hook(Some(move |_, _: &str, table: &str, number: i64| {
            if table == "user" {
                remembered.lock().unwrap_or_else(PoisonError::into_inner).changed(number);
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

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Makes room for the given number of users at once: growing while requests are served would delay some of them.
    pub(super) fn expect(&mut self, users: i64) {
        self.rows.reserve(usize::try_from(users).unwrap_or_default().min(self.most / (2 * OVERHEAD)));
    }

    /// Whether there is no room for more rows.
    pub(super) fn is_full(&self) -> bool {
        self.bytes + OVERHEAD + LARGEST_ROW > self.most
    }

    /// Remembers a row that was read, if there is room.
    pub(super) fn remember(&mut self, key: FacetKey, number: i64, columns: Arc<[u8]>) {
        let Ok(number) = usize::try_from(number) else { return };
        if number >= self.changes.len() {
            self.changes.resize(number + 1, 0);
        }
        // Rows of users that are gone stay until there are too many; numbers are given out densely.
        if self.rows.len() >= ROWS_PER_USER * self.changes.len() {
            self.rows.clear();
            self.bytes = 0;
        }
        let changes = self.changes.get(number).copied().unwrap_or_default();
        let row = Row { number, changes, columns };
        match self.rows.entry(key) {
            Entry::Occupied(mut known) => {
                self.bytes = self.bytes - known.get().bytes() + row.bytes();
                known.insert(row);
            }
            // Those that are remembered stay when it is full: to make room again and again costs more than it gains.
            Entry::Vacant(_) if self.bytes + row.bytes() > self.most => {}
            Entry::Vacant(free) => {
                self.bytes += row.bytes();
                free.insert(row);
            }
        }
        if self.bytes > self.most {
            self.forget();
        }
    }

    /// The number of a user's changes so far; none of a user that was never read.
    pub(super) fn changes_of(&self, number: i64) -> Option<u32> {
        self.changes.get(usize::try_from(number).ok()?).copied()
    }

    /// Remembers a row that was written, now that it is committed.
    pub(super) fn remember_written(&mut self, written: WrittenRow) {
        let WrittenRow { key, number, changes, columns } = written;
        if self.changes_of(number) == Some(changes) {
            self.remember(key, number, columns);
        }
    }

    /// The epoch of all versions as they are now.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The version of a user as it is now; `None` of one that was never read.
    pub(super) fn version_of(&self, number: i64) -> Option<Version> {
        let (epoch, changes) = (self.epoch, self.changes_of(number)?);
        Some(Version { epoch, number: usize::try_from(number).ok()?, changes })
    }

    /// From now on answers are kept, within a budget.
    pub(super) fn keep_answers(&mut self, budget: &Budget) {
        self.answers = Answers::within(budget);
    }

    /// The answer that was kept for a question, if what it shows has not changed.
    pub(super) fn answer(&self, question: &[u8]) -> Option<&[u8]> {
        self.answers.find(question, &self.changes)
    }

    /// Keeps an answer that shows a version of a user.
    pub(super) fn keep_answer(&mut self, question: &[u8], version: Version, answer: &[u8]) {
        if version.epoch == self.epoch && self.changes.get(version.number) == Some(&version.changes) {
            self.answers.keep(question, version, answer);
        }
    }

    /// Forgets the answers, as something else changes that they may show. One that was read before and is still being
    /// written has a version of an epoch that is over.
    pub(super) fn forget_answers(&mut self) {
        self.answers = self.answers.emptied();
        self.epoch = next_epoch();
    }

    /// Forgets everything.
    pub(super) fn forget(&mut self) {
        let answers = self.answers.emptied();
        *self = Remembered { answers, ..Remembered::bounded(self.most) };
    }

    fn changed(&mut self, number: i64) {
        let changes = usize::try_from(number).ok().and_then(|number| self.changes.get_mut(number));
        // A user with a larger number was never read.
        let Some(changes) = changes else { return };
        match changes.checked_add(1) {
            Some(more) => *changes = more,
            None => self.forget(),
        }
    }
}

// The kinds of packed values, the first byte of each.
const NULL: u8 = 0;
const SMALL_INTEGER: u8 = 1;
const INTEGER: u8 = 2;
const TEXT: u8 = 3;
const BLOB: u8 = 4;
/// Added to the kind of a text or blob whose length takes four bytes.
const LONG: u8 = 2;

/// Packs values: a byte for the kind, then the value. `None` when one is missing or they take more than `limit` bytes.
pub(super) fn pack<'v>(values: impl Iterator<Item = Option<ValueRef<'v>>>, limit: usize) -> Option<Arc<[u8]>> {
    let mut bytes = Vec::with_capacity(256);
    for value in values {
        let value = value?;
        // Before it is copied.
        if let ValueRef::Text(long) | ValueRef::Blob(long) = value
            && long.len() > limit
        {
            return None;
        }
        pack_value(value, &mut bytes)?;
        if bytes.len() > limit {
            return None;
        }
    }
    Some(bytes.into())
}

/// Packs one value. `None` when there is no packed form of it.
pub(super) fn pack_value(value: ValueRef<'_>, bytes: &mut Vec<u8>) -> Option<()> {
    match value {
        ValueRef::Null => bytes.push(NULL),
        ValueRef::Integer(number) => match u8::try_from(number) {
            Ok(small) => bytes.extend([SMALL_INTEGER, small]),
            Err(_) => {
                bytes.push(INTEGER);
                bytes.extend(number.to_le_bytes());
            }
        },
        ValueRef::Text(text) => pack_bytes(TEXT, text, bytes)?,
        ValueRef::Blob(blob) => pack_bytes(BLOB, blob, bytes)?,
        // No column contains one.
        ValueRef::Real(_) => return None,
    }
    Some(())
}

fn pack_bytes(kind: u8, value: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    match u16::try_from(value.len()) {
        Ok(length) => {
            bytes.push(kind);
            bytes.extend(length.to_le_bytes());
        }
        Err(_) => {
            bytes.push(kind + LONG);
            bytes.extend(u32::try_from(value.len()).ok()?.to_le_bytes());
        }
    }
    bytes.extend_from_slice(value);
    Some(())
}

/// The first value of packed ones, and the rest.
#[inline]
pub(super) fn unpack(bytes: &[u8]) -> Option<(ValueRef<'_>, &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    Some(match *kind {
        NULL => (ValueRef::Null, rest),
        SMALL_INTEGER => {
            let (number, rest) = rest.split_first()?;
            (ValueRef::Integer(i64::from(*number)), rest)
        }
        INTEGER => {
            let (number, rest) = rest.split_first_chunk()?;
            (ValueRef::Integer(i64::from_le_bytes(*number)), rest)
        }
        kind => {
            let (length, rest) = if kind > BLOB {
                let (length, rest) = rest.split_first_chunk()?;
                (usize::try_from(u32::from_le_bytes(*length)).ok()?, rest)
            } else {
                let (length, rest) = rest.split_first_chunk()?;
                (usize::from(u16::from_le_bytes(*length)), rest)
            };
            let (value, rest) = rest.split_at_checked(length)?;
            (if kind == TEXT || kind == TEXT + LONG { ValueRef::Text(value) } else { ValueRef::Blob(value) }, rest)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::KeyPart;
    use uuid::Uuid;

    fn pbnb(user: i32) -> FacetKey {
        FacetKey(0, (2, user).to_key())
    }

    fn row(text: &str) -> Arc<[u8]> {
        text.as_bytes().into()
    }

    #[test]
    fn neighbours_differ_in_their_lowest_three_bits_only() {
        assert_eq!([0, 7, 8, 15].map(neighbours), [(0, 7), (0, 7), (8, 15), (8, 15)]);
    }

    #[test]
    fn a_change_forgets_every_row_of_the_user_and_no_other() {
        let mut remembered = Remembered::bounded(usize::MAX);
        let id = Uuid::from_u128(7);
        for (key, number) in [(pbnb(1), 1), (FacetKey(1, id.to_key()), 1), (FacetKey(3, id.to_key()), 2)] {
            remembered.remember(key, number, row("x"));
        }
        remembered.changed(1);
        remembered.changed(99);
        assert_eq!(remembered.recall(pbnb(1)), Recalled::Changed);
        assert_eq!(remembered.recall(FacetKey(1, id.to_key())), Recalled::Changed);
        assert_eq!(remembered.recall(FacetKey(3, id.to_key())), Recalled::Row(&row("x")));
        remembered.remember(pbnb(1), 1, row("y"));
        assert_eq!(remembered.recall(pbnb(1)), Recalled::Row(&row("y")));
    }

    #[test]
    fn counts_of_changes_never_come_round() {
        let mut remembered = Remembered::bounded(usize::MAX);
        remembered.remember(pbnb(1), 1, row("x"));
        remembered.changes[1] = u32::MAX;
        remembered.remember(pbnb(2), 1, row("x"));
        remembered.changed(1);
        assert_eq!(remembered.recall(pbnb(1)), Recalled::Nothing);
        assert_eq!(remembered.recall(pbnb(2)), Recalled::Nothing);
    }

    #[test]
    fn an_answer_that_was_made_before_everything_was_forgotten_is_not_kept() {
        let mut remembered = Remembered::bounded(usize::MAX);
        remembered.keep_answers(&Budget::new(1000));
        let read = |remembered: &mut Remembered| {
            remembered.remember(pbnb(1), 1, row("x"));
            remembered.version_of(1).unwrap()
        };
        let before = [Remembered::forget, Remembered::forget_answers].map(|forget| {
            let version = read(&mut remembered);
            forget(&mut remembered);
            version
        });
        let version = read(&mut remembered);
        for old in before {
            remembered.keep_answer(b"question", old, b"answer");
            assert_eq!(remembered.answer(b"question"), None);
        }
        remembered.keep_answer(b"question", version, b"answer");
        assert_eq!(remembered.answer(b"question"), Some(&b"answer"[..]));
        remembered.changed(1);
        assert_eq!(remembered.answer(b"question"), None);
        remembered.keep_answer(b"question", version, b"answer");
        assert_eq!(remembered.answer(b"question"), None);
    }

    #[test]
    fn users_that_come_and_go_do_not_pile_up() {
        let mut remembered = Remembered::bounded(usize::MAX);
        for id in 0..10_000 {
            remembered.remember(FacetKey(3, Uuid::from_u128(id).to_key()), 5, row("x"));
            remembered.changed(5);
        }
        assert!(remembered.rows.len() <= 18, "{}", remembered.rows.len());
    }

    #[test]
    fn rows_never_take_more_than_the_limit_and_those_that_came_first_stay() {
        let limit = 10 * (OVERHEAD + 20);
        let mut remembered = Remembered::bounded(limit);
        for number in 1..=100 {
            remembered.remember(pbnb(i32::try_from(number).unwrap()), number, row(&"x".repeat(20)));
            assert!(remembered.bytes <= limit);
        }
        let known = |remembered: &Remembered| {
            (1..=100).filter(|user| matches!(remembered.recall(pbnb(*user)), Recalled::Row(_))).collect::<Vec<_>>()
        };
        assert_eq!(known(&remembered), (1..=10).collect::<Vec<_>>());
        remembered.remember(pbnb(3), 3, row("y"));
        assert_eq!(remembered.bytes, limit - 19);
        remembered.remember(pbnb(3), 3, row(&"x".repeat(40)));
        assert_eq!((known(&remembered), remembered.bytes), (vec![], 0));
    }

    #[test]
    fn packed_values_are_unpacked_as_they_were() {
        let values = [
            ValueRef::Null,
            ValueRef::Integer(0),
            ValueRef::Integer(255),
            ValueRef::Integer(-1),
            ValueRef::Integer(i64::MAX),
            ValueRef::Text(b""),
            ValueRef::Text("é".as_bytes()),
            ValueRef::Blob(&[0, 4, 255]),
        ];
        let packed = pack(values.into_iter().map(Some), 64).unwrap();
        let mut rest = &*packed;
        for value in values {
            let (found, behind) = unpack(rest).unwrap();
            assert_eq!(found, value);
            rest = behind;
        }
        assert_eq!(unpack(rest), None);
    }

    #[test]
    fn long_values_are_unpacked_as_they_were() {
        let long = vec![b'x'; 70_000];
        for value in [ValueRef::Text(&long), ValueRef::Blob(&long)] {
            let packed = pack([Some(value), Some(ValueRef::Integer(7))].into_iter(), 100_000).unwrap();
            let (found, rest) = unpack(&packed).unwrap();
            assert_eq!((found, unpack(rest)), (value, Some((ValueRef::Integer(7), &[][..]))));
        }
    }

    #[test]
    fn values_that_are_too_large_or_cut_off_give_none() {
        assert_eq!(pack([Some(ValueRef::Text(&[b'x'; 100]))].into_iter(), 64), None);
        let packed = pack([Some(ValueRef::Text(b"abc"))].into_iter(), 64).unwrap();
        assert!((0..packed.len()).all(|end| unpack(packed.get(..end).unwrap()).is_none()));
    }
}
