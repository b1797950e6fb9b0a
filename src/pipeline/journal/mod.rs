//! The journal: requests to the emulated APIs with their answers, in memory. It is bounded in entries and in bytes, so
//! it never exhausts the server's memory; an exchange costs one copy of its small parts and a push under a short lock.
//! Everything that takes time (masking secrets, JSON, HAR) happens when the journal is read.

pub mod advice;
pub mod curl;
mod difference;
mod entry;
pub mod har;
mod live;
mod mask;
mod matching;
pub(super) mod object;
mod recording;
mod rings;
mod show;
mod tally;
pub mod verify;

pub use entry::{Entry, Message};
pub use live::Live;
pub use mask::SecretNames;
pub(crate) use matching::filter_members;
pub use matching::{Fit, Match, RequestView};
pub use recording::{Recording, RequestLog};
pub use rings::{Counts, Kept};
pub use tally::{BOUNDS, Tally};

use crate::store::WorldName;
use rings::Rings;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::broadcast;
use uuid::Uuid;

/// Entries that a reader of the live stream may be behind before it has to reload.
const STREAM_BUFFER: usize = 256;

/// Whether readers of the journal see tokens and passwords.
#[derive(Debug, Clone)]
pub enum Secrets {
    /// Three asterisks stand in their place.
    Masked(SecretNames),
    /// They see everything.
    Shown,
}

/// The exchanges of every world.
#[derive(Debug)]
pub struct Journal {
    secrets: Secrets,
    rings: Mutex<Rings>,
    /// Gone once the server stops, which ends every live stream.
    live: Mutex<Option<broadcast::Sender<Arc<Live>>>>,
    /// Where requests are logged, other than by events of tracing.
    log: OnceLock<Arc<dyn RequestLog>>,
}

impl Journal {
    /// An empty journal of at most `limit` entries of each world, and `memory` bytes of all.
    #[must_use]
    pub fn new(limit: usize, memory: usize, secrets: Secrets) -> Journal {
        let live = Mutex::new(Some(broadcast::channel(STREAM_BUFFER).0));
        Journal { secrets, rings: Mutex::new(Rings::new(limit, memory)), live, log: OnceLock::new() }
    }

    /// Has requests logged there, and no longer by events of tracing.
    pub fn write_to(&self, log: Arc<dyn RequestLog>) {
        let _ = self.log.set(log);
    }

    /// Keeps an exchange and sends it to the live streams; with `ring` only while the world still has that one.
    fn record(&self, entry: Arc<Entry>, ring: Option<u64>) {
        if !self.rings().push(Arc::clone(&entry), ring) {
            return;
        }
        if let Some(live) = self.live.lock().unwrap_or_else(PoisonError::into_inner).as_ref()
            && live.receiver_count() > 0
        {
            // The last listener may just have gone.
            let _ = live.send(Live::new(entry));
        }
    }

    /// The entries of a world, oldest first, and how many are gone.
    #[must_use]
    pub fn kept(&self, world: &WorldName) -> Kept {
        self.rings().kept(world)
    }

    /// The entries of a world in numbers.
    #[must_use]
    pub fn counts(&self, world: &WorldName) -> Counts {
        self.rings().counts(world)
    }

    /// The newest entry of a world.
    #[must_use]
    pub fn latest(&self, world: &WorldName) -> Option<Arc<Entry>> {
        self.rings().newest(world, None)
    }

    /// An entry of a world.
    #[must_use]
    pub fn get(&self, world: &WorldName, id: Uuid) -> Option<Arc<Entry>> {
        self.rings().newest(world, Some(id))
    }

    /// Empties the journal of a world.
    pub fn clear(&self, world: &WorldName) {
        self.rings().clear(world);
    }

    /// Begins the journal of a world anew, as a reset does: requests still held back leave no entry in it.
    pub fn forget(&self, world: &WorldName) {
        self.rings().forget(world);
    }

    /// Ends the journal of a world that is dropped.
    pub fn end(&self, world: &WorldName) {
        self.rings().end(world);
    }

    /// From now on dropped worlds keep their entries, for a report about all of them.
    pub fn keep_ended(&self) {
        self.rings().keep_ended();
    }

    /// The worlds that were dropped since [`Journal::keep_ended`], by name, with their entries.
    #[must_use]
    pub fn ended(&self) -> Vec<(WorldName, Kept)> {
        self.rings().ended()
    }

    /// Entries from now on, of every world; `None` once the server stops.
    #[must_use]
    pub fn subscribe(&self) -> Option<broadcast::Receiver<Arc<Live>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(broadcast::Sender::subscribe)
    }

    /// Ends the live streams: they would keep a stopping server waiting.
    pub fn close(&self) {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Whether readers see tokens and passwords.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The counts since the server started.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.rings().tally.clone()
    }

    fn rings(&self) -> MutexGuard<'_, Rings> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
