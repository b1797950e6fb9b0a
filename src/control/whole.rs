//! Answers about a whole world: its document, and what differs from another world. The users are copied out of the world as
//! packed rows, for which memory is reserved first, and each becomes JSON when the reader takes it: the values of a
//! hundred thousand users take half a gigabyte, their rows a tenth of that. A reader that stalls holds up no world, and its
//! copy counts as an answer on its way.

use super::pieces::{Failure, PIECE, Pieces};
use super::refusal::Refusal;
use crate::model::{Change, ClockState, UserRecord};
use crate::pipeline::app::App;
use crate::pipeline::request_body::Reservation;
use crate::store::{Difference, PackedUsers, StoreError, Transaction, WorldName};
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

/// The multiple of a world's size that its copy may take while it is compared or written.
const FACTOR: usize = 2;

/// Memory for the copies of worlds.
#[derive(Debug)]
pub(super) struct Room {
    bytes: usize,
    _reserved: Option<Reservation>,
}

impl Room {
    /// Room for copies of these worlds; `None` is the seed. To be taken before any of them is locked.
    ///
    /// # Errors
    /// When no memory becomes free.
    pub(super) async fn for_worlds(app: &App, worlds: &[Option<&WorldName>]) -> Result<Room, Refusal> {
        let mut bytes: usize = 0;
        for world in worlds {
            bytes = bytes.saturating_add(app.store().size(*world).await?.saturating_mul(FACTOR));
        }
        let reserved = app.bodies().reserve(bytes).await.map_err(|_| {
            let sentence =
                "There was no memory for a copy of the world within --request-timeout: --upload-memory is in use.";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, sentence)
        })?;
        Ok(Room { bytes, _reserved: reserved })
    }

    /// Checks that a world is not larger by now than what there is room for.
    ///
    /// # Errors
    /// When it is.
    pub(super) fn check(&self, transaction: &Transaction) -> Result<(), Refusal> {
        if transaction.size()? > self.bytes {
            let sentence = "The world has just become many times as large; ask again.";
            return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, sentence));
        }
        Ok(())
    }
}

/// A world's document that has yet to be written.
pub(super) struct Export {
    text: Vec<u8>,
    users: PackedUsers,
    rest: Vec<u8>,
    begun: bool,
    ended: bool,
}

impl Export {
    /// Everything in a world, and its clock.
    ///
    /// # Errors
    /// Faults of the database.
    pub(super) fn of(transaction: &mut Transaction) -> Result<Export, StoreError> {
        let clock = ClockState::to_json(transaction.clock_state());
        let text = format!(r#"{{"clock":{clock},"users":["#).into_bytes();
        let (users, rest) = (transaction.packed_users()?, transaction.rest_of_document()?);
        Ok(Export { text, users, rest, begun: false, ended: false })
    }
}

impl Pieces for Export {
    fn piece(&mut self) -> Result<Bytes, Failure> {
        let mut text = std::mem::take(&mut self.text);
        while text.len() < PIECE {
            match self.users.next() {
                Some(user) => put(&mut text, &mut self.begun, &user?.to_json()),
                None => {
                    text.push(b']');
                    text.append(&mut self.rest);
                    self.ended = true;
                    break;
                }
            }
        }
        Ok(text.into())
    }

    fn has_ended(&self) -> bool {
        self.ended
    }

    fn keeps(&self) -> usize {
        self.users.bytes() + self.rest.len()
    }
}

/// What differs between two worlds, which has yet to be written.
pub(super) struct Report {
    text: Vec<u8>,
    difference: Difference,
    list: List,
    begun: bool,
}

/// The list of a report that is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Added,
    Removed,
    Changed,
    /// None any more.
    Ended,
}

impl Report {
    /// The report on a world and what it was compared with, `seed` or another world.
    ///
    /// # Errors
    /// When a stored user cannot be read.
    pub(super) fn of(world: &WorldName, from: &str, difference: Difference) -> Result<Report, StoreError> {
        let empty =
            difference.added.is_empty() && difference.removed.is_empty() && !shows_changes(&difference.changed)?;
        let head = json!({ "world": world.as_str(), "from": from, "empty": empty }).to_string();
        let text = format!(r#"{},"added":["#, head.trim_end_matches('}')).into_bytes();
        Ok(Report { text, difference, list: List::Added, begun: false })
    }

    /// The next item of the list; `None` at its end.
    fn item(&mut self) -> Result<Option<Value>, StoreError> {
        let users = match self.list {
            List::Added => &mut self.difference.added,
            List::Removed => &mut self.difference.removed,
            List::Changed => return Ok(next_change(&mut self.difference.changed)?.map(|change| change.to_json())),
            List::Ended => return Ok(None),
        };
        Ok(users.next().transpose()?.map(|user| user.to_json()))
    }
}

impl Pieces for Report {
    fn piece(&mut self) -> Result<Bytes, Failure> {
        let mut text = std::mem::take(&mut self.text);
        while text.len() < PIECE && self.list != List::Ended {
            if let Some(item) = self.item()? {
                put(&mut text, &mut self.begun, &item);
                continue;
            }
            let (behind, next) = match self.list {
                List::Added => (r#"],"removed":["#, List::Removed),
                List::Removed => (r#"],"changed":["#, List::Changed),
                List::Changed | List::Ended => ("]}", List::Ended),
            };
            text.extend(behind.bytes());
            (self.list, self.begun) = (next, false);
        }
        Ok(text.into())
    }

    fn has_ended(&self) -> bool {
        self.list == List::Ended
    }

    fn keeps(&self) -> usize {
        let Difference { added, removed, changed } = &self.difference;
        added.bytes() + removed.bytes() + changed.bytes()
    }
}

/// Whether a document shows any of the changes. Usually the first one is.
fn shows_changes(changed: &PackedUsers) -> Result<bool, StoreError> {
    let mut users = changed.iter();
    Ok(next_change(&mut users)?.is_some())
}

/// The next change that a document shows: two stored forms may show the same, e.g. the status that an enabled user had
/// before.
fn next_change(users: &mut impl Iterator<Item = Result<UserRecord, StoreError>>) -> Result<Option<Change>, StoreError> {
    while let (Some(before), Some(after)) = (users.next(), users.next()) {
        let change = Change::between(&before?, &after?);
        if !change.members.is_empty() {
            return Ok(Some(change));
        }
    }
    Ok(None)
}

/// Adds an item to a list.
fn put(text: &mut Vec<u8>, begun: &mut bool, item: &Value) {
    if std::mem::replace(begun, true) {
        text.push(b',');
    }
    text.extend(item.to_string().bytes());
}
