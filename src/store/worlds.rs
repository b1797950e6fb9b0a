//! Worlds: separate copies of everything, a database each. A world is made on first use as a copy of the seed;
//! fork and reset copy pages, drop frees a database, and none of it holds up any other world.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, PoisonError};

use tokio::sync::{MutexGuard, OwnedMutexGuard};

use super::database::{self, Database, Place};
use super::error::Conflict;
use super::{Live, Store, StoreError, document, on_blocking_thread};
use crate::model::clock::Clock;
use crate::model::{ClockState, Document};

/// The name of the hidden world that holds the seed; no [`WorldName`] is empty.
pub(super) const SEED: &str = "";

/// A checked name of a world; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorldName(Arc<str>);

impl WorldName {
    /// The world of requests that name none: `main`.
    #[must_use]
    pub fn main() -> WorldName {
        WorldName(Arc::from("main"))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WorldName {
    type Err = StoreError;

    /// 1 to 64 of `A-Z a-z 0-9 . _ -`. Clients resolve `.` and `..` in paths themselves, and `seed` is what worlds are
    /// copied from.
    fn from_str(name: &str) -> Result<WorldName, StoreError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if (1..=64).contains(&name.len()) && name.bytes().all(allowed) && !matches!(name, "." | ".." | "seed") {
            Ok(WorldName(Arc::from(name)))
        } else {
            Err(StoreError::InvalidWorldName(name.to_owned()))
        }
    }
}

impl fmt::Display for WorldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A world in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// Its name.
    pub name: WorldName,
    /// The number of its users; `None` when its file cannot be read.
    pub users: Option<u64>,
}

/// A world that the store knows of.
pub(super) enum Entry {
    /// In a file that no request has opened yet.
    OnDisk(Place),
    /// In use.
    Open(Place, Arc<Live>),
}

/// Taken by everything that makes, replaces or drops worlds, so that a name means one world; always before the
/// database of a world, or two of them would wait for each other.
type Changing<'s> = MutexGuard<'s, ()>;

impl Store {
    /// Every world, by name.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn worlds(&self) -> Result<Vec<World>, StoreError> {
        let mut names: Vec<WorldName> = self.entries(|worlds| worlds.keys().cloned().collect());
        names.sort();
        let mut worlds = Vec::with_capacity(names.len());
        for name in names {
            let counted = match self.lock_existing(&name).await {
                Ok(None) => continue,
                // On a large world the count takes longer than a request may hold up the others.
                Ok(Some(database)) => on_blocking_thread(move || database.users()).await,
                Err(error) => Err(error),
            };
            if let Err(error) = &counted {
                // One broken file is no reason to hide the others.
                tracing::error!(world = %name, error = StoreError::with_causes(error), "a world cannot be read");
            }
            worlds.push(World { name, users: counted.ok() });
        }
        Ok(worlds)
    }

    /// Makes `to` a copy of `from`, clock included. `from` is made if it does not exist yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when `to` exists, [`StoreError::TooManyWorlds`].
    pub async fn fork(&self, from: &WorldName, to: &WorldName) -> Result<(), StoreError> {
        let (store, from, to) = (self.clone(), from.clone(), to.clone());
        to_completion(async move {
            let changing = store.shared.changing.lock().await;
            let source = store.open_or_create_with(&changing, &from).await?;
            if store.holds(&to) {
                return Err(StoreError::Conflict(Conflict::World));
            }
            let source = Arc::clone(&source.database).lock_owned().await;
            store.create_from(&changing, &to, source).await.map(|_| ())
        })
        .await
    }

    /// Makes a world as a copy of the seed.
    ///
    /// # Errors
    /// As [`Store::fork`].
    pub async fn create(&self, world: &WorldName) -> Result<(), StoreError> {
        let (store, world) = (self.clone(), world.clone());
        to_completion(async move {
            let changing = store.shared.changing.lock().await;
            if store.holds(&world) {
                return Err(StoreError::Conflict(Conflict::World));
            }
            let seed = Arc::clone(&store.shared.seed).lock_owned().await;
            store.create_from(&changing, &world, seed).await.map(|_| ())
        })
        .await
    }

    /// Whether the world exists by now.
    #[must_use]
    pub fn holds(&self, world: &WorldName) -> bool {
        self.entries(|worlds| worlds.contains_key(world))
    }

    /// The state that new worlds start from.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn seed(&self) -> Result<Document, StoreError> {
        let seed = Arc::clone(&self.shared.seed).lock_owned().await;
        on_blocking_thread(move || document::read(seed.connection(), seed.statements(), clock_state(seed.clock()?)))
            .await
    }

    /// Puts a world back to the seed, or to a copy of `from`, in one step.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when `from` does not exist; [`StoreError::TooManyWorlds`] when `world` does not.
    pub async fn reset(&self, world: &WorldName, from: Option<&WorldName>) -> Result<(), StoreError> {
        let (store, world, from) = (self.clone(), world.clone(), from.cloned());
        to_completion(async move { store.replace(&world, from.as_ref()).await }).await
    }

    async fn replace(&self, world: &WorldName, from: Option<&WorldName>) -> Result<(), StoreError> {
        let changing = self.shared.changing.lock().await;
        let source = match from {
            Some(from) if !self.holds(from) => return Err(StoreError::NotFound("world")),
            Some(from) if from == world => return Ok(()),
            Some(from) => Arc::clone(&self.open_or_create_with(&changing, from).await?.database),
            None => Arc::clone(&self.shared.seed),
        };
        let source = source.lock_owned().await;
        if !self.holds(world) {
            return self.create_from(&changing, world, source).await.map(|_| ());
        }
        let (place, fresh) = self.copy_from(world, source).await?;
        // A world on disk is not opened for this: a reset repairs a world whose file cannot be read.
        let Some(live) = self.live(world) else {
            let live = Arc::new(Live::new(fresh)?);
            let replaced = self.entries_mut(|worlds| worlds.insert(world.clone(), Entry::Open(place, live)));
            discard(None, replaced);
            return Ok(());
        };
        let clock = fresh.clock()?;
        let mut database = Arc::clone(&live.database).lock_owned().await;
        let former = std::mem::replace(&mut *database, fresh);
        live.set_clock(clock);
        let replaced = self.entries_mut(|worlds| worlds.insert(world.clone(), Entry::Open(place, Arc::clone(&live))));
        drop(database);
        discard(Some(former), replaced);
        Ok(())
    }

    /// Removes a world; its next use makes it anew from the seed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn drop_world(&self, world: &WorldName) -> Result<(), StoreError> {
        let (store, world) = (self.clone(), world.clone());
        to_completion(async move { store.drop_existing(&world).await }).await
    }

    async fn drop_existing(&self, world: &WorldName) -> Result<(), StoreError> {
        let _changing = self.shared.changing.lock().await;
        if !self.holds(world) {
            return Err(StoreError::NotFound("world"));
        }
        // A request that uses the world finishes first, and one that waits for it finds that it was dropped.
        let held = match self.live(world) {
            Some(live) => Some((Arc::clone(&live.database).lock_owned().await, live)),
            None => None,
        };
        if let Some(catalogue) = &self.shared.catalogue {
            catalogue.remove(world.as_str()).await?;
        }
        let entry = self.entries_mut(|worlds| worlds.remove(world));
        if let Some((_, live)) = &held {
            live.mark_as_dropped();
        }
        drop(held);
        if let Some(Entry::OnDisk(place) | Entry::Open(place, _)) = entry {
            remove(&place);
        }
        Ok(())
    }

    /// The database of an existing world, locked: reading a world must not bring back one that has just been dropped.
    async fn lock_existing(&self, world: &WorldName) -> Result<Option<OwnedMutexGuard<Database>>, StoreError> {
        let live = match self.live(world) {
            Some(live) => live,
            None => {
                let changing = self.shared.changing.lock().await;
                if !self.holds(world) {
                    return Ok(None);
                }
                self.open_or_create_with(&changing, world).await?
            }
        };
        let database = Arc::clone(&live.database).lock_owned().await;
        Ok((!live.is_dropped()).then_some(database))
    }

    /// A world and its database, locked; the world is made if it does not exist yet.
    pub(super) async fn lock_or_create(
        &self,
        world: &WorldName,
    ) -> Result<(Arc<Live>, OwnedMutexGuard<Database>), StoreError> {
        loop {
            let live = match self.live(world) {
                Some(live) => live,
                None => Box::pin(self.open_or_create(world)).await?,
            };
            let database = Arc::clone(&live.database).lock_owned().await;
            // Dropped while this waited: the request is for the world that has the name now.
            if !live.is_dropped() {
                return Ok((live, database));
            }
        }
    }

    /// Opens a world, or makes it from the seed: requests race for a new name, one of them makes it.
    pub(super) async fn open_or_create(&self, world: &WorldName) -> Result<Arc<Live>, StoreError> {
        let (store, world) = (self.clone(), world.clone());
        to_completion(async move {
            let changing = store.shared.changing.lock().await;
            store.open_or_create_with(&changing, &world).await
        })
        .await
    }

    async fn open_or_create_with(&self, changing: &Changing<'_>, world: &WorldName) -> Result<Arc<Live>, StoreError> {
        if let Some(live) = self.live(world) {
            return Ok(live);
        }
        if self.holds(world) {
            return self.open_on_disk(changing, world).await;
        }
        let seed = Arc::clone(&self.shared.seed).lock_owned().await;
        self.create_from(changing, world, seed).await
    }

    /// Opens a world that is on disk.
    async fn open_on_disk(&self, _: &Changing<'_>, world: &WorldName) -> Result<Arc<Live>, StoreError> {
        let place = self.entries(|worlds| match worlds.get(world) {
            Some(Entry::OnDisk(place) | Entry::Open(place, _)) => Some(place.clone()),
            None => None,
        });
        let place = place.ok_or(StoreError::NotFound("world"))?;
        let (file, statements) = (place.clone(), Arc::clone(&self.shared.statements));
        let live = Arc::new(Live::new(on_blocking_thread(move || Database::reopen(&file, &statements)).await?)?);
        self.entries_mut(|worlds| worlds.insert(world.clone(), Entry::Open(place, Arc::clone(&live))));
        Ok(live)
    }

    /// Makes a world as a copy of a source.
    async fn create_from(
        &self,
        _: &Changing<'_>,
        world: &WorldName,
        source: OwnedMutexGuard<Database>,
    ) -> Result<Arc<Live>, StoreError> {
        let worlds = self.entries(|worlds| worlds.len());
        if worlds >= self.shared.limits.worlds {
            return Err(StoreError::TooManyWorlds(worlds));
        }
        let (place, database) = self.copy_from(world, source).await?;
        let live = Arc::new(Live::new(database)?);
        self.entries_mut(|worlds| worlds.insert(world.clone(), Entry::Open(place, Arc::clone(&live))));
        Ok(live)
    }

    /// A copy of a source under a world's name. A file that the name had before is taken off the list, but not removed.
    async fn copy_from(
        &self,
        world: &WorldName,
        source: OwnedMutexGuard<Database>,
    ) -> Result<(Place, Database), StoreError> {
        let Some(catalogue) = &self.shared.catalogue else {
            return Ok((Place::Memory, on_blocking_thread(move || source.copy(&Place::Memory)).await?));
        };
        let draft = catalogue.draft(world.as_str()).await?;
        let place = draft.place.clone();
        let database = on_blocking_thread(move || source.copy(&place)).await;
        let place = draft.place.clone();
        let listed = match database {
            Ok(database) => draft.commit().await.map(|()| database),
            Err(error) => Err(error),
        };
        match listed {
            Ok(database) => Ok((place, database)),
            Err(error) => {
                remove(&place);
                Err(error)
            }
        }
    }

    fn entries_mut<T>(&self, change: impl FnOnce(&mut super::Worlds) -> T) -> T {
        change(&mut self.shared.worlds.write().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn entries<T>(&self, look: impl FnOnce(&super::Worlds) -> T) -> T {
        look(&self.shared.worlds.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Completes a change of the worlds even if its request ends early: a client that hangs up half-way must not leave the
/// list on disk and the worlds in use at odds, or the next start would miss everything written since.
async fn to_completion<T: Send + 'static>(
    change: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::spawn(change).await.map_err(|error| StoreError::Fault(error.into()))?
}

/// Frees a database that was replaced, and removes its file.
fn discard(former: Option<Database>, replaced: Option<Entry>) {
    let free = move || {
        drop(former);
        if let Some(Entry::OnDisk(place) | Entry::Open(place, _)) = replaced {
            remove(&place);
        }
    };
    // Freeing the memory of a large world takes longer than copying it; no request has to wait for that.
    drop(tokio::task::spawn_blocking(free));
}

fn remove(place: &Place) {
    if let Place::File(path) = place {
        database::remove(path);
    }
}

/// The clock of a world that starts as a document.
pub(super) fn clock_from(document: &Document) -> Clock {
    document.clock.map_or(Clock::Real, |clock| Clock::starting_at(clock.now, clock.frozen))
}

/// The clock as documents show it; `None` for real time.
pub(super) fn clock_state(clock: Clock) -> Option<ClockState> {
    let frozen = matches!(clock, Clock::Frozen(_));
    (clock != Clock::Real).then(|| ClockState { now: clock.now(), frozen })
}
