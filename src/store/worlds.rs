//! Worlds: separate copies of everything, a database each. One is born on first use as a copy of the seed; fork and
//! reset copy pages, drop lets go of a database, and none of it holds up any other world.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, PoisonError};

use tokio::sync::{MutexGuard, OwnedMutexGuard};

use super::database::{self, Database, Place};
use super::error::Conflict;
use super::{Live, Store, StoreError, apart, document};
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

    /// 1 to 64 of `A-Z a-z 0-9 . _ -`.
    fn from_str(name: &str) -> Result<WorldName, StoreError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if (1..=64).contains(&name.len()) && name.bytes().all(allowed) {
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
    /// How many users it holds; none when its file cannot be read.
    pub users: Option<u64>,
}

/// A world that the store knows of.
pub(super) enum Entry {
    /// In a file that nobody asked for yet.
    Closed(Place),
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
            let counted = match self.seen(&name).await {
                Ok(None) => continue,
                Ok(Some(database)) => database.users(),
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

    /// Makes `to` a copy of `from`, clock included. `from` is born if it does not exist yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when `to` exists, [`StoreError::TooManyWorlds`].
    pub async fn fork(&self, from: &WorldName, to: &WorldName) -> Result<(), StoreError> {
        let (store, from, to) = (self.clone(), from.clone(), to.clone());
        finished(async move {
            let changing = store.shared.changing.lock().await;
            let source = store.lived(&changing, &from).await?;
            if store.holds(&to) {
                return Err(StoreError::Conflict(Conflict::World));
            }
            let source = Arc::clone(&source.database).lock_owned().await;
            store.make(&changing, &to, source).await.map(|_| ())
        })
        .await
    }

    /// Makes a world as a copy of the seed.
    ///
    /// # Errors
    /// As [`Store::fork`].
    pub async fn create(&self, world: &WorldName) -> Result<(), StoreError> {
        let (store, world) = (self.clone(), world.clone());
        finished(async move {
            let changing = store.shared.changing.lock().await;
            if store.holds(&world) {
                return Err(StoreError::Conflict(Conflict::World));
            }
            let seed = Arc::clone(&store.shared.seed).lock_owned().await;
            store.make(&changing, &world, seed).await.map(|_| ())
        })
        .await
    }

    /// Whether there is such a world by now.
    #[must_use]
    pub fn holds(&self, world: &WorldName) -> bool {
        self.entries(|worlds| worlds.contains_key(world))
    }

    /// What new worlds start from.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn seed(&self) -> Result<Document, StoreError> {
        let seed = Arc::clone(&self.shared.seed).lock_owned().await;
        apart(move || document::read(seed.connection(), seed.statements(), shown(seed.clock()?))).await
    }

    /// Puts a world back to the seed, or to a copy of `from`, in one step.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when `from` does not exist; [`StoreError::TooManyWorlds`] when `world` does not.
    pub async fn reset(&self, world: &WorldName, from: Option<&WorldName>) -> Result<(), StoreError> {
        let (store, world, from) = (self.clone(), world.clone(), from.cloned());
        finished(async move { store.replace(&world, from.as_ref()).await }).await
    }

    async fn replace(&self, world: &WorldName, from: Option<&WorldName>) -> Result<(), StoreError> {
        let changing = self.shared.changing.lock().await;
        let source = match from {
            Some(from) if !self.holds(from) => return Err(StoreError::NotFound("world")),
            Some(from) if from == world => return Ok(()),
            Some(from) => Arc::clone(&self.lived(&changing, from).await?.database),
            None => Arc::clone(&self.shared.seed),
        };
        let source = source.lock_owned().await;
        if !self.holds(world) {
            return self.make(&changing, world, source).await.map(|_| ());
        }
        let (place, fresh) = self.copied(world, source).await?;
        // A world that lies closed is not opened for this: a reset is what helps when its file cannot be read.
        let Some(live) = self.live(world) else {
            let live = Arc::new(Live::of(fresh)?);
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
        finished(async move { store.let_go(&world).await }).await
    }

    async fn let_go(&self, world: &WorldName) -> Result<(), StoreError> {
        let _changing = self.shared.changing.lock().await;
        if !self.holds(world) {
            return Err(StoreError::NotFound("world"));
        }
        // Whoever uses the world finishes first, and whoever waits for it finds that it is gone.
        let held = match self.live(world) {
            Some(live) => Some((Arc::clone(&live.database).lock_owned().await, live)),
            None => None,
        };
        if let Some(catalogue) = &self.shared.catalogue {
            catalogue.remove(world.as_str()).await?;
        }
        let entry = self.entries_mut(|worlds| worlds.remove(world));
        if let Some((_, live)) = &held {
            live.leave();
        }
        drop(held);
        if let Some(Entry::Closed(place) | Entry::Open(place, _)) = entry {
            remove(&place);
        }
        Ok(())
    }

    /// The database of a world that is there, alone: to look at a world must not bring back one that is just dropped.
    async fn seen(&self, world: &WorldName) -> Result<Option<OwnedMutexGuard<Database>>, StoreError> {
        let live = match self.live(world) {
            Some(live) => live,
            None => {
                let changing = self.shared.changing.lock().await;
                if !self.holds(world) {
                    return Ok(None);
                }
                self.lived(&changing, world).await?
            }
        };
        let database = Arc::clone(&live.database).lock_owned().await;
        Ok((!live.left()).then_some(database))
    }

    /// A world and its database, alone; it is born if it does not exist yet.
    pub(super) async fn held(&self, world: &WorldName) -> Result<(Arc<Live>, OwnedMutexGuard<Database>), StoreError> {
        loop {
            let live = match self.live(world) {
                Some(live) => live,
                None => Box::pin(self.born(world)).await?,
            };
            let database = Arc::clone(&live.database).lock_owned().await;
            // Dropped while we waited: what is asked for is the world that has the name now.
            if !live.left() {
                return Ok((live, database));
            }
        }
    }

    /// Opens a world, or makes it from the seed: requests race for a new name, one of them makes it.
    pub(super) async fn born(&self, world: &WorldName) -> Result<Arc<Live>, StoreError> {
        let (store, world) = (self.clone(), world.clone());
        finished(async move {
            let changing = store.shared.changing.lock().await;
            store.lived(&changing, &world).await
        })
        .await
    }

    async fn lived(&self, changing: &Changing<'_>, world: &WorldName) -> Result<Arc<Live>, StoreError> {
        if let Some(live) = self.live(world) {
            return Ok(live);
        }
        if self.holds(world) {
            return self.opened(changing, world).await;
        }
        let seed = Arc::clone(&self.shared.seed).lock_owned().await;
        self.make(changing, world, seed).await
    }

    /// Opens a world that lies closed in its file.
    async fn opened(&self, _: &Changing<'_>, world: &WorldName) -> Result<Arc<Live>, StoreError> {
        let place = self.entries(|worlds| match worlds.get(world) {
            Some(Entry::Closed(place) | Entry::Open(place, _)) => Some(place.clone()),
            None => None,
        });
        let place = place.ok_or(StoreError::NotFound("world"))?;
        let (file, statements) = (place.clone(), Arc::clone(&self.shared.statements));
        let live = Arc::new(Live::of(apart(move || Database::reopen(&file, &statements)).await?)?);
        self.entries_mut(|worlds| worlds.insert(world.clone(), Entry::Open(place, Arc::clone(&live))));
        Ok(live)
    }

    /// Makes a world as a copy of a source.
    async fn make(
        &self,
        _: &Changing<'_>,
        world: &WorldName,
        source: OwnedMutexGuard<Database>,
    ) -> Result<Arc<Live>, StoreError> {
        let worlds = self.entries(|worlds| worlds.len());
        if worlds >= self.shared.limits.worlds {
            return Err(StoreError::TooManyWorlds(worlds));
        }
        let (place, database) = self.copied(world, source).await?;
        let live = Arc::new(Live::of(database)?);
        self.entries_mut(|worlds| worlds.insert(world.clone(), Entry::Open(place, Arc::clone(&live))));
        Ok(live)
    }

    /// A copy of a source under a world's name; of a file that the name had before, only the list is changed.
    async fn copied(
        &self,
        world: &WorldName,
        source: OwnedMutexGuard<Database>,
    ) -> Result<(Place, Database), StoreError> {
        let Some(catalogue) = &self.shared.catalogue else {
            return Ok((Place::Memory, apart(move || source.copy(&Place::Memory)).await?));
        };
        let draft = catalogue.draft(world.as_str()).await?;
        let place = draft.place.clone();
        let database = apart(move || source.copy(&place)).await;
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

/// Carries a change of the worlds through although whoever asked for it is gone: a request that hangs up half-way must
/// not leave the list on disk and the worlds in use at odds, or the next start would miss what was written since.
async fn finished<T: Send + 'static>(
    change: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::spawn(change).await.map_err(|error| StoreError::Fault(error.into()))?
}

/// Lets go of a database that was replaced, with its file.
fn discard(former: Option<Database>, replaced: Option<Entry>) {
    let free = move || {
        drop(former);
        if let Some(Entry::Closed(place) | Entry::Open(place, _)) = replaced {
            remove(&place);
        }
    };
    // Giving back the memory of a large world takes longer than copying it; nobody has to wait for that.
    drop(tokio::task::spawn_blocking(free));
}

fn remove(place: &Place) {
    if let Place::File(path) = place {
        database::remove(path);
    }
}

/// The clock a document asks for.
pub(super) fn clock_of(document: &Document) -> Clock {
    document.clock.map_or(Clock::Real, |clock| Clock::starting_at(clock.now, clock.frozen))
}

/// What a document says of a clock; real time is not mentioned.
pub(super) fn shown(clock: Clock) -> Option<ClockState> {
    let frozen = matches!(clock, Clock::Frozen(_));
    (clock != Clock::Real).then(|| ClockState { now: clock.now(), frozen })
}
