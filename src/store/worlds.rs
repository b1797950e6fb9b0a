//! Worlds: separate copies of everything, a database each. A world is made on first use as a copy of the seed;
//! fork and reset copy pages, drop frees a database, and none of it holds up any other world.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, PoisonError};

use tokio::sync::{MutexGuard, OwnedMutexGuard};

use super::database::{self, Database, Place};
use super::error::Conflict;
use super::history::{self, History, Keep};
use super::resting::OpenFiles;
use super::{Live, Store, StoreError, document, on_blocking_thread};
use crate::contract::DateTime;
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
    /// The world that it was last made a copy of, or `seed`; `None` when nobody knows.
    pub from: Option<String>,
    /// When it was made, in the machine's time; `None` when nobody knows.
    pub created_at: Option<DateTime>,
    /// When it was last used, in the machine's time; `None` for never since the start.
    pub last_used_at: Option<DateTime>,
}

/// A world that the store knows of.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) place: Place,
    pub(super) history: Arc<History>,
    pub(super) state: State,
}

/// Whether a world is in use.
#[derive(Clone)]
pub(super) enum State {
    /// In a file that is closed, with the number of its users if it was open before.
    Resting(Option<u64>),
    /// In use.
    Open(Arc<Live>),
}

/// Taken by everything that makes, replaces, opens, closes or drops worlds, so that a name means one world; always
/// before the database of a world, or two of them would wait for each other.
pub(super) type Changing<'s> = MutexGuard<'s, OpenFiles>;

impl Store {
    /// Every world, by name.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn worlds(&self) -> Result<Vec<World>, StoreError> {
        let mut known: Vec<(WorldName, Entry)> =
            self.entries(|worlds| worlds.iter().map(|(name, entry)| (name.clone(), entry.clone())).collect());
        known.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut worlds = Vec::with_capacity(known.len());
        for (name, Entry { history, state, .. }) in known {
            let counted = match state {
                State::Resting(Some(users)) => Ok(users),
                State::Resting(None) | State::Open(_) => match self.lock_existing(&name).await {
                    Ok(None) => continue,
                    // On a large world the count takes longer than a request may hold up the others.
                    Ok(Some(database)) => on_blocking_thread(move || database.users()).await,
                    Err(error) => Err(error),
                },
            };
            if let Err(error) = &counted {
                // One broken file is no reason to hide the others.
                tracing::error!(world = %name, error = StoreError::with_causes(error), "a world cannot be read");
            }
            worlds.push(World {
                name,
                users: counted.ok(),
                from: history.from.clone(),
                created_at: history.created_at.and_then(history::time),
                last_used_at: history::time(history.last_used()),
            });
        }
        Ok(worlds)
    }

    /// Makes `to` a copy of `from`, clock included. `from` is made if it does not exist yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when `to` exists, [`StoreError::TooManyWorlds`].
    pub async fn fork(&self, from: &WorldName, to: &WorldName, keep: Keep) -> Result<(), StoreError> {
        let (store, from, to) = (self.clone(), from.clone(), to.clone());
        to_completion(async move {
            let mut changing = store.shared.changing.lock().await;
            store.make_room(&mut changing).await?;
            let source = store.open_or_create_with(&mut changing, &from).await?;
            if store.holds(&to) {
                return Err(StoreError::Conflict(Conflict::World));
            }
            let history = History::begins(Some(from.as_str()), keep);
            let source = source.lock().await;
            store.create_from(&mut changing, &to, source, history).await.map(|_| ())
        })
        .await
    }

    /// Makes a world as a copy of the seed.
    ///
    /// # Errors
    /// As [`Store::fork`].
    pub async fn create(&self, world: &WorldName, keep: Keep) -> Result<(), StoreError> {
        let (store, world) = (self.clone(), world.clone());
        to_completion(async move {
            let mut changing = store.shared.changing.lock().await;
            if store.holds(&world) {
                return Err(StoreError::Conflict(Conflict::World));
            }
            store.make_room(&mut changing).await?;
            let seed = Arc::clone(&store.shared.seed).lock_owned().await;
            store.create_from(&mut changing, &world, seed, History::begins(None, keep)).await.map(|_| ())
        })
        .await
    }

    /// Checks that requests may use a world: it exists, or its first use makes it.
    ///
    /// # Errors
    /// [`StoreError::Unlisted`].
    pub fn admit(&self, world: &WorldName) -> Result<(), StoreError> {
        if !self.shared.limits.listed || *world == WorldName::main() || self.holds(world) {
            return Ok(());
        }
        Err(StoreError::Unlisted(world.clone()))
    }

    /// Notes that a world is used.
    pub fn note_use(&self, world: &WorldName) {
        self.entries(|worlds| worlds.get(world).inspect(|entry| entry.history.is_used()).is_some());
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
        let mut changing = self.shared.changing.lock().await;
        let source = match from {
            Some(from) if !self.holds(from) => return Err(StoreError::NotFound("world")),
            Some(from) if from == world => return Ok(()),
            from => from,
        };
        self.admit(world)?;
        self.make_room(&mut changing).await?;
        let source = match source {
            Some(from) => self.open_or_create_with(&mut changing, from).await?.lock().await,
            None => Arc::clone(&self.shared.seed).lock_owned().await,
        };
        let from = from.map(WorldName::as_str);
        let Some(before) = self.entry(world) else {
            let history = History::begins(from, Keep::WhileUsed);
            return self.create_from(&mut changing, world, source, history).await.map(|_| ());
        };
        let history = before.history.resumed(from);
        let (place, fresh) = self.copy_from(world, source, &history).await?;
        // A world on disk is not opened for this: a reset repairs a world whose file cannot be read.
        let Some(live) = self.live(world) else {
            let live = Arc::new(Live::new(fresh)?);
            let replaced = self.set_open(&mut changing, world, Entry { place, history, state: State::Open(live) });
            discard(None, replaced);
            return Ok(());
        };
        let clock = fresh.clock()?;
        let mut database = live.lock().await;
        let former = std::mem::replace(&mut *database, fresh);
        live.set_clock(clock);
        let open = Entry { place, history, state: State::Open(Arc::clone(&live)) };
        let replaced = self.set_open(&mut changing, world, open);
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
        to_completion(async move { store.drop_existing(&world, None).await }).await
    }

    /// Removes a world that was not used since the given moment.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none, or it was used.
    pub(crate) async fn drop_unused(&self, world: &WorldName, since: i64) -> Result<(), StoreError> {
        let (store, world) = (self.clone(), world.clone());
        to_completion(async move { store.drop_existing(&world, Some(since)).await }).await
    }

    async fn drop_existing(&self, world: &WorldName, unused_since: Option<i64>) -> Result<(), StoreError> {
        let mut changing = self.shared.changing.lock().await;
        let Some(entry) = self.entry(world) else { return Err(StoreError::NotFound("world")) };
        if unused_since.is_some_and(|since| entry.history.last_used() != since) {
            return Err(StoreError::NotFound("world"));
        }
        // A request that uses the world finishes first, and one that waits for it finds that it was dropped.
        let held = match self.live(world) {
            Some(live) => Some((live.lock().await, live)),
            None => None,
        };
        if let Some(catalogue) = &self.shared.catalogue {
            catalogue.remove(world.as_str()).await?;
        }
        let removed = self.entries_mut(|worlds| worlds.remove(world));
        changing.forget(world);
        if let Some((_, live)) = &held {
            live.close();
        }
        drop(entry);
        // Freeing a large world takes longer than a request may hold up the others.
        on_blocking_thread(move || {
            drop(held);
            discard_entry(removed);
            Ok(())
        })
        .await
    }

    /// The database of an existing world, locked: reading a world must not bring back one that has just been dropped.
    async fn lock_existing(&self, world: &WorldName) -> Result<Option<OwnedMutexGuard<Database>>, StoreError> {
        let live = match self.live(world) {
            Some(live) => live,
            None => {
                let mut changing = self.shared.changing.lock().await;
                if !self.holds(world) {
                    return Ok(None);
                }
                self.make_room(&mut changing).await?;
                self.open_or_create_with(&mut changing, world).await?
            }
        };
        let database = live.lock().await;
        Ok((!live.is_closed()).then_some(database))
    }

    /// A world and its database, locked, in which changes may wait to be committed; the world is made if it does not exist
    /// yet.
    pub(super) async fn lock_or_create(
        &self,
        world: &WorldName,
    ) -> Result<(Arc<Live>, OwnedMutexGuard<Database>), StoreError> {
        loop {
            let live = match self.live(world) {
                Some(live) => live,
                None => Box::pin(self.open_or_create(world)).await?,
            };
            // Most worlds are free most of the time, which a try finds out in a third of the instructions.
            let database = match Arc::clone(&live.database).try_lock_owned() {
                Ok(database) => database,
                Err(_) => Arc::clone(&live.database).lock_owned().await,
            };
            // Dropped or closed while this waited: the request is for the world that has the name now.
            if !live.is_closed() {
                return Ok((live, database));
            }
        }
    }

    /// Opens a world, or makes it from the seed: requests race for a new name, one of them makes it.
    pub(super) async fn open_or_create(&self, world: &WorldName) -> Result<Arc<Live>, StoreError> {
        // Before anything waits: names that may not be used are many.
        self.admit(world)?;
        let (store, world) = (self.clone(), world.clone());
        to_completion(async move {
            let mut changing = store.shared.changing.lock().await;
            if let Some(live) = store.live(&world) {
                return Ok(live);
            }
            store.make_room(&mut changing).await?;
            store.open_or_create_with(&mut changing, &world).await
        })
        .await
    }

    /// The same for who has made room.
    async fn open_or_create_with(
        &self,
        changing: &mut Changing<'_>,
        world: &WorldName,
    ) -> Result<Arc<Live>, StoreError> {
        if let Some(live) = self.live(world) {
            return Ok(live);
        }
        if let Some(entry) = self.entry(world) {
            return self.open_on_disk(changing, world, entry).await;
        }
        self.admit(world)?;
        let seed = Arc::clone(&self.shared.seed).lock_owned().await;
        self.create_from(changing, world, seed, History::begins(None, Keep::WhileUsed)).await
    }

    /// Opens a world that is on disk.
    async fn open_on_disk(
        &self,
        changing: &mut Changing<'_>,
        world: &WorldName,
        entry: Entry,
    ) -> Result<Arc<Live>, StoreError> {
        let (file, statements) = (entry.place.clone(), Arc::clone(&self.shared.statements));
        let database = on_blocking_thread(move || Database::reopen(&file, &statements)).await?;
        database.remembered().keep_answers(&self.shared.answers);
        let live = Arc::new(Live::new(database)?);
        self.set_open(changing, world, Entry { state: State::Open(Arc::clone(&live)), ..entry });
        Ok(live)
    }

    /// Makes a world as a copy of a source.
    async fn create_from(
        &self,
        changing: &mut Changing<'_>,
        world: &WorldName,
        source: OwnedMutexGuard<Database>,
        history: Arc<History>,
    ) -> Result<Arc<Live>, StoreError> {
        let worlds = self.entries(|worlds| worlds.len());
        if worlds >= self.shared.limits.worlds {
            return Err(StoreError::TooManyWorlds(worlds));
        }
        let (place, database) = self.copy_from(world, source, &history).await?;
        let live = Arc::new(Live::new(database)?);
        self.set_open(changing, world, Entry { place, history, state: State::Open(Arc::clone(&live)) });
        Ok(live)
    }

    /// Puts a world that is open on the list; returns the one that had the name.
    fn set_open(&self, changing: &mut Changing<'_>, world: &WorldName, entry: Entry) -> Option<Entry> {
        changing.note(world, &entry);
        self.entries_mut(|worlds| worlds.insert(world.clone(), entry))
    }

    /// A copy of a source under a world's name. A file that the name had before is taken off the list, but not removed.
    async fn copy_from(
        &self,
        world: &WorldName,
        source: OwnedMutexGuard<Database>,
        history: &History,
    ) -> Result<(Place, Database), StoreError> {
        let (place, database) = self.copied_from(world, source, history).await?;
        database.remembered().keep_answers(&self.shared.answers);
        Ok((place, database))
    }

    async fn copied_from(
        &self,
        world: &WorldName,
        source: OwnedMutexGuard<Database>,
        history: &History,
    ) -> Result<(Place, Database), StoreError> {
        let Some(catalogue) = &self.shared.catalogue else {
            return Ok((Place::Memory, on_blocking_thread(move || source.copy(&Place::Memory)).await?));
        };
        let draft = catalogue.draft(world.as_str(), Some(history)).await?;
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

    pub(super) fn entries_mut<T>(&self, change: impl FnOnce(&mut super::Worlds) -> T) -> T {
        change(&mut self.shared.worlds.write().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn entry(&self, world: &WorldName) -> Option<Entry> {
        self.entries(|worlds| worlds.get(world).cloned())
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
        discard_entry(replaced);
    };
    // Freeing the memory of a large world takes longer than copying it; no request has to wait for that.
    drop(tokio::task::spawn_blocking(free));
}

/// Frees a world that is off the list, and removes its file.
fn discard_entry(entry: Option<Entry>) {
    if let Some(Entry { place, state, .. }) = entry {
        drop(state);
        remove(&place);
    }
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
