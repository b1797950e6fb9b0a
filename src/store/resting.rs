//! Worlds that rest: the file of a world that nobody uses is closed, and its next use opens it again, so that a hundred
//! thousand worlds need no hundred thousand descriptors. Nothing is lost with it: whatever a world holds is in its file,
//! and its faults and its journal are elsewhere.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use super::database::{Database, Place};
use super::history::{History, Keep};
use super::worlds::{Entry, State, WorldName};
use super::{Live, Store, StoreError, group, on_blocking_thread};

/// The descriptors that the file of an open world takes: itself, its log and the index of its log.
#[cfg(unix)]
const DESCRIPTORS: u64 = 3;
/// The most worlds with open files, however many descriptors there are: each also has a cache.
const MOST_OPEN: usize = 1024;
/// The fewest, below which worlds would be opened and closed all the time.
const FEWEST_OPEN: usize = 4;
/// Worlds that one change of the worlds may open.
const OPENED_AT_ONCE: usize = 2;

/// How many worlds may have open files: a quarter of the descriptors, as connections take nearly all of the rest.
pub(super) fn most_open() -> usize {
    #[cfg(unix)]
    let most = rlimit::getrlimit(rlimit::Resource::NOFILE).map_or(u64::MAX, |(soft, _)| soft / 4 / DESCRIPTORS);
    #[cfg(not(unix))]
    let most = u64::MAX;
    usize::try_from(most).unwrap_or(usize::MAX).clamp(FEWEST_OPEN, MOST_OPEN)
}

/// The worlds whose files are open. Worlds in memory are never among them.
#[derive(Default)]
pub(super) struct OpenFiles(HashMap<WorldName, (Arc<Live>, Arc<History>)>);

impl OpenFiles {
    /// Notes that a world is open, or replaced by another that is.
    pub(super) fn note(&mut self, world: &WorldName, entry: &Entry) {
        if let (Place::File(_), State::Open(live)) = (&entry.place, &entry.state) {
            self.0.insert(world.clone(), (Arc::clone(live), Arc::clone(&entry.history)));
        }
    }

    /// Notes that a world is gone.
    pub(super) fn forget(&mut self, world: &WorldName) {
        self.0.remove(world);
    }

    /// The worlds from the one that was not used for the longest time.
    fn by_use(&self) -> Vec<(WorldName, Arc<Live>)> {
        let mut worlds: Vec<_> =
            self.0.iter().map(|(name, (live, history))| (history.last_used(), name, live)).collect();
        worlds.sort_unstable_by_key(|(last_used, ..)| *last_used);
        worlds.into_iter().map(|(_, name, live)| (name.clone(), Arc::clone(live))).collect()
    }
}

/// A world as the sweep of idle worlds sees it.
#[derive(Debug)]
pub(crate) struct Unused {
    /// Its name.
    pub(crate) world: WorldName,
    /// Its last use; each use makes it another.
    pub(crate) since: i64,
    /// Whether it has an open file.
    pub(crate) is_open: bool,
    /// Whether it may be dropped when nobody uses it.
    pub(crate) may_go: bool,
}

impl Store {
    /// Closes the files of worlds that were not used for the longest time, as far as there are too many to open further
    /// ones. To be called before any world is locked: it may have to wait for one.
    pub(super) async fn make_room(&self, open: &mut OpenFiles) -> Result<(), StoreError> {
        let most = self.shared.limits.open.saturating_sub(OPENED_AT_ONCE);
        if open.0.len() <= most {
            return Ok(());
        }
        open.0.retain(|_, (live, _)| !live.is_closed());
        let by_use = open.by_use();
        // One that is at work is not waited for while another is free.
        for waits in [false, true] {
            for (world, live) in &by_use {
                if open.0.len() <= most {
                    return Ok(());
                }
                if live.is_closed() {
                    continue;
                }
                let database = Arc::clone(&live.database);
                let database = match database.try_lock_owned() {
                    Ok(database) => database,
                    Err(_) if waits => live.lock().await,
                    Err(_) => continue,
                };
                open.forget(world);
                self.close(world, Arc::clone(live), database).await?;
            }
        }
        Ok(())
    }

    /// Closes the file of a world that nobody used since the given moment, unless it is at work.
    ///
    /// # Errors
    /// When no thread can do it.
    pub(crate) async fn rest(&self, unused: &Unused) -> Result<(), StoreError> {
        let mut open = self.shared.changing.lock().await;
        let Some((live, history)) = open.0.get(&unused.world) else { return Ok(()) };
        let live = Arc::clone(live);
        let Ok(database) = Arc::clone(&live.database).try_lock_owned() else { return Ok(()) };
        if history.last_used() != unused.since {
            return Ok(());
        }
        open.forget(&unused.world);
        self.close(&unused.world, live, database).await
    }

    async fn close(
        &self,
        world: &WorldName,
        live: Arc<Live>,
        mut database: OwnedMutexGuard<Database>,
    ) -> Result<(), StoreError> {
        let (store, world) = (self.clone(), world.clone());
        // Closing writes the log back.
        on_blocking_thread(move || {
            group::settle(&live, &mut database);
            let users = database.users().ok();
            live.close();
            store.entries_mut(|worlds| {
                if let Some(entry) = worlds.get_mut(&world) {
                    entry.state = State::Resting(users);
                }
            });
            drop((database, live));
            Ok(())
        })
        .await
    }

    /// Every world with its last use.
    pub(crate) fn uses(&self) -> Vec<Unused> {
        let unused = |(world, entry): (&WorldName, &Entry)| Unused {
            world: world.clone(),
            since: entry.history.last_used(),
            is_open: matches!((&entry.place, &entry.state), (Place::File(_), State::Open(_))),
            may_go: entry.history.keep == Keep::WhileUsed && *world != WorldName::main(),
        };
        self.entries(|worlds| worlds.iter().map(unused).collect())
    }
}
