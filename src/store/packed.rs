//! The users of a world as the rows that they are stored in, copied out of it: a third of the length of their documents,
//! a tenth of the memory of their records. The world goes on meanwhile, and the copy becomes smaller as it is read. Two
//! worlds are compared by their rows, so that only what differs is kept and read.

use super::remembered::unpack;
use super::rows::{self, Columns};
use super::statements::{ID, Statements};
use super::{Store, StoreError, Transaction, WorldName, document, on_blocking_thread};
use crate::model::UserRecord;
use rusqlite::Connection;
use std::collections::VecDeque;
use std::sync::Arc;
use uuid::Uuid;

/// The length from which on a piece takes no further row, in bytes.
const PIECE: usize = 256 * 1024;
/// The size of a database's page, in bytes.
const PAGE: usize = 4096;
/// The bytes in front of a row that tell its length.
const LENGTH: usize = size_of::<u32>();

/// Users in order, as packed rows.
#[derive(Debug)]
pub(crate) struct PackedUsers {
    statements: Arc<Statements>,
    /// Rows with their lengths; no row is in two pieces.
    pieces: VecDeque<Vec<u8>>,
    /// The bytes of the first piece that were taken.
    taken: usize,
}

/// Where a row is: its piece, and its first byte there.
#[derive(Debug, Clone, Copy)]
struct Place(u32, u32);

/// What differs between the users of two worlds.
#[derive(Debug)]
pub(crate) struct Difference {
    /// Users only the second world has, in its order.
    pub(crate) added: PackedUsers,
    /// Users only the first one has, in its order.
    pub(crate) removed: PackedUsers,
    /// Users that both have in different rows, each before and after, in the order of the second. Different rows may
    /// show the same document.
    pub(crate) changed: PackedUsers,
}

impl PackedUsers {
    fn none(statements: &Arc<Statements>) -> PackedUsers {
        PackedUsers { statements: Arc::clone(statements), pieces: VecDeque::new(), taken: 0 }
    }

    /// The users of a world.
    fn of(connection: &Connection, statements: &Arc<Statements>) -> Result<PackedUsers, StoreError> {
        let mut users = PackedUsers::none(statements);
        rows::each(connection, &in_order(statements), [], |columns| users.add(|piece| columns.pack_into(piece)))?;
        Ok(users)
    }

    /// Adds the row that `pack` writes.
    fn add(&mut self, pack: impl FnOnce(&mut Vec<u8>) -> Result<(), StoreError>) -> Result<(), StoreError> {
        if self.pieces.back().is_none_or(|piece| piece.len() >= PIECE) {
            if let Some(full) = self.pieces.back_mut() {
                full.shrink_to_fit();
            }
            self.pieces.push_back(Vec::new());
        }
        let Some(piece) = self.pieces.back_mut() else { return Ok(()) };
        let start = piece.len();
        piece.extend([0; LENGTH]);
        pack(piece)?;
        let length = u32::try_from(piece.len() - start - LENGTH).map_err(|_| StoreError::Unreadable("row"))?;
        if let Some(place) = piece.get_mut(start..start + LENGTH) {
            place.copy_from_slice(&length.to_le_bytes());
        }
        Ok(())
    }

    /// The row at a place.
    fn at(&self, Place(piece, start): Place) -> Option<&[u8]> {
        row(self.pieces.get(usize::try_from(piece).ok()?)?, usize::try_from(start).ok()?)
    }

    /// Every user's id and place.
    fn places(&self) -> Result<foldhash::HashMap<Uuid, Place>, StoreError> {
        let mut places = foldhash::HashMap::default();
        for (number, piece) in (0..).zip(&self.pieces) {
            let mut start = 0;
            while let Some(row) = row(piece, start) {
                let place = Place(number, u32::try_from(start).map_err(|_| StoreError::Unreadable("row"))?);
                places.insert(id(row)?, place);
                start += LENGTH + row.len();
            }
        }
        Ok(places)
    }

    /// Takes the next row.
    fn next_row<T>(&mut self, read: impl FnOnce(&Arc<Statements>, &[u8]) -> T) -> Option<T> {
        loop {
            let piece = self.pieces.front()?;
            if let Some(row) = row(piece, self.taken) {
                self.taken += LENGTH + row.len();
                return Some(read(&self.statements, row));
            }
            self.pieces.pop_front();
            self.taken = 0;
        }
    }

    /// Whether there are none left.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.iter().map(Vec::len).sum::<usize>() <= self.taken
    }

    /// The memory that they take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.pieces.iter().map(Vec::capacity).sum()
    }

    /// The users, of whom none was taken yet.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Result<UserRecord, StoreError>> {
        self.pieces.iter().flat_map(move |piece| {
            let mut start = 0;
            std::iter::from_fn(move || {
                let row = row(piece, start)?;
                start += LENGTH + row.len();
                Some(user(&self.statements, row))
            })
        })
    }
}

impl Iterator for PackedUsers {
    type Item = Result<UserRecord, StoreError>;

    /// Takes the next user; its memory is given back with the last one of its piece.
    fn next(&mut self) -> Option<Self::Item> {
        self.next_row(|statements, row| user(statements, row))
    }
}

/// The statement of every user.
fn in_order(statements: &Statements) -> String {
    format!("{}order by u.number", statements.whole)
}

/// The row that begins at a byte of a piece.
fn row(piece: &[u8], start: usize) -> Option<&[u8]> {
    let (length, rest) = piece.get(start..)?.split_first_chunk()?;
    rest.get(..usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

/// The user of a row.
fn user(statements: &Statements, row: &[u8]) -> Result<UserRecord, StoreError> {
    Ok(statements.read_whole(&mut Columns::unpacked(row))?.record)
}

/// The id in a row.
fn id(row: &[u8]) -> Result<Uuid, StoreError> {
    let mut columns = Columns::unpacked(row);
    columns.skip(ID)?;
    columns.guid()
}

/// A row without the user's number, which counts for the order alone.
fn without_number(row: &[u8]) -> &[u8] {
    unpack(row).map_or(row, |(_, rest)| rest)
}

impl Transaction {
    /// A copy of every user, in order.
    ///
    /// # Errors
    /// Faults of the database.
    pub(crate) fn packed_users(&mut self) -> Result<PackedUsers, StoreError> {
        PackedUsers::of(self.connection(), &self.statements())
    }

    /// The document behind its users, see [`document::rest`].
    ///
    /// # Errors
    /// Faults of the database.
    pub(crate) fn rest_of_document(&mut self) -> Result<Vec<u8>, StoreError> {
        document::rest(self.connection(), &self.statements())
    }

    /// What differs between users of another world and those of this one, by their ids.
    ///
    /// # Errors
    /// Faults of the database.
    pub(crate) fn difference_from(&mut self, mut before: PackedUsers) -> Result<Difference, StoreError> {
        let statements = self.statements();
        let none = || PackedUsers::none(&statements);
        let mut difference = Difference { added: none(), removed: none(), changed: none() };
        let mut unmatched = before.places()?;
        let mut now = Vec::new();
        rows::each(self.connection(), &in_order(&statements), [], |columns| {
            now.clear();
            columns.pack_into(&mut now)?;
            match unmatched.remove(&id(&now)?).and_then(|place| before.at(place)) {
                None => difference.added.add(copy(&now)),
                Some(former) if without_number(former) == without_number(&now) => Ok(()),
                Some(former) => {
                    difference.changed.add(copy(former))?;
                    difference.changed.add(copy(&now))
                }
            }
        })?;
        let removed = &mut difference.removed;
        while let Some(kept) = before.next_row(|_, row| match unmatched.contains_key(&id(row)?) {
            true => removed.add(copy(row)),
            false => Ok(()),
        }) {
            kept?;
        }
        Ok(difference)
    }

    /// The size of what is in the world's database, in bytes: more than its rows take.
    ///
    /// # Errors
    /// Faults of the database.
    pub(crate) fn size(&self) -> Result<usize, StoreError> {
        Ok(bytes(self.database().pages_in_use()?))
    }
}

/// Writes a row as it is.
fn copy(row: &[u8]) -> impl FnOnce(&mut Vec<u8>) -> Result<(), StoreError> {
    move |piece| {
        piece.extend_from_slice(row);
        Ok(())
    }
}

fn bytes(pages: i64) -> usize {
    usize::try_from(pages).unwrap_or_default().saturating_mul(PAGE)
}

impl Store {
    /// The size of what is in a world's database, or in the seed's, in bytes.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub(crate) async fn size(&self, world: Option<&WorldName>) -> Result<usize, StoreError> {
        match world {
            Some(world) => self.read(world).await?.size(),
            None => Ok(bytes(self.shared.seed.lock().await.pages_in_use()?)),
        }
    }

    /// A copy of the users that new worlds start from.
    ///
    /// # Errors
    /// Faults of the database.
    pub(crate) async fn packed_seed(&self) -> Result<PackedUsers, StoreError> {
        let seed = Arc::clone(&self.shared.seed).lock_owned().await;
        on_blocking_thread(move || PackedUsers::of(seed.connection(), seed.statements())).await
    }
}
