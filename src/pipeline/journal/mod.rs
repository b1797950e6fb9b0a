//! The journal: requests to the emulated APIs with their answers, in memory. It is bounded in entries and in bytes, so
//! it never exhausts the server's memory; an exchange costs one copy of its small parts and a push under a short lock.
//! Everything that takes time (masking secrets, JSON, HAR) happens when the journal is read.

pub mod advice;
pub mod curl;
mod entry;
pub mod har;
mod mask;
mod matching;
mod recording;
mod show;
mod tally;
pub mod verify;

pub use entry::{Entry, Message};
pub use mask::SecretNames;
pub(crate) use matching::filter_members;
pub use matching::{Match, RequestView};
pub use recording::Recording;
pub use tally::{BOUNDS, Tally};

use crate::store::WorldName;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;
use uuid::Uuid;

/// Bytes that all entries may take together: a server with a full journal stays at about 60 MB of memory.
const MAX_BYTES: usize = 32 * 1024 * 1024;
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

/// The exchanges of every world, oldest first.
#[derive(Debug)]
pub struct Journal {
    limit: usize,
    secrets: Secrets,
    ring: Mutex<Ring>,
    /// Gone once the server stops, which ends every live stream.
    live: Mutex<Option<broadcast::Sender<Arc<Entry>>>>,
}

#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    tally: Tally,
}

impl Journal {
    /// An empty journal of at most `limit` entries.
    #[must_use]
    pub fn new(limit: usize, secrets: Secrets) -> Journal {
        let live = Mutex::new(Some(broadcast::channel(STREAM_BUFFER).0));
        Journal { limit, secrets, ring: Mutex::default(), live }
    }

    /// Keeps an exchange and sends it to the live streams.
    pub fn record(&self, entry: Arc<Entry>) {
        {
            let mut ring = self.ring();
            ring.tally.count(&entry);
            if self.limit > 0 {
                ring.bytes += entry.bytes();
                ring.entries.push_back(Arc::clone(&entry));
                while ring.entries.len() > self.limit || ring.bytes > MAX_BYTES {
                    let Some(oldest) = ring.entries.pop_front() else { break };
                    ring.bytes -= oldest.bytes();
                }
            }
        }
        if let Some(live) = self.live.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            // No listener is the usual case, not an error.
            let _ = live.send(entry);
        }
    }

    /// The entries of a world, oldest first.
    #[must_use]
    pub fn entries(&self, world: &WorldName) -> Vec<Arc<Entry>> {
        self.ring().entries.iter().filter(|entry| entry.world == *world).cloned().collect()
    }

    /// The newest entry of a world.
    #[must_use]
    pub fn latest(&self, world: &WorldName) -> Option<Arc<Entry>> {
        self.ring().entries.iter().rev().find(|entry| entry.world == *world).cloned()
    }

    /// An entry of a world.
    #[must_use]
    pub fn get(&self, world: &WorldName, id: Uuid) -> Option<Arc<Entry>> {
        self.ring().entries.iter().rev().find(|entry| entry.id == id && entry.world == *world).cloned()
    }

    /// Drops the entries of a world, as a reset does.
    pub fn forget(&self, world: &WorldName) {
        let mut ring = self.ring();
        ring.entries.retain(|entry| entry.world != *world);
        ring.bytes = ring.entries.iter().map(|entry| entry.bytes()).sum();
    }

    /// Entries from now on, of every world; `None` once the server stops.
    #[must_use]
    pub fn subscribe(&self) -> Option<broadcast::Receiver<Arc<Entry>>> {
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
        self.ring().tally.clone()
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
