//! Worlds: separate copies of everything. One is born on first use as a copy of the seed, and fork, reset and drop
//! work on whole tables because every row carries its world and keys its user without it.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::{Connection, Row, SqliteConnection};

use super::schema::{CLEAR, COPY};
use super::{Live, Store, StoreError, document};
use crate::clock::Clock;
use crate::state::{ClockState, Document};

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
    /// How many users it holds.
    pub users: u64,
}

impl Store {
    /// Every world, by name.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn worlds(&self) -> Result<Vec<World>, StoreError> {
        let _turn = match self.shared.in_memory {
            true => Some(self.shared.turn.read().await),
            false => None,
        };
        let rows = sqlx::query(
            "select w.name, (select count(*) from users u where u.world = w.id) from world w \
             where w.name <> '' order by w.name",
        )
        .fetch_all(&self.shared.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let users: i64 = row.try_get(1)?;
                Ok(World { name: row.try_get::<&str, _>(0)?.parse()?, users: u64::try_from(users).unwrap_or(0) })
            })
            .collect()
    }

    /// Makes `to` a copy of `from`, clock included. `from` is born if it does not exist yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when `to` exists, [`StoreError::TooManyWorlds`].
    pub async fn fork(&self, from: &WorldName, to: &WorldName) -> Result<(), StoreError> {
        let (source, _turn) = loop {
            let turn = self.shared.turn.write().await;
            match self.live(from) {
                Some(source) => break (source, turn),
                None => drop(turn),
            }
            self.born(from).await?;
        };
        if self.live(to).is_some() {
            return Err(StoreError::Conflict("world"));
        }
        self.copied(source.key, source.clock(), to).await
    }

    /// Makes a world as a copy of the seed.
    ///
    /// # Errors
    /// As [`Store::fork`].
    pub async fn create(&self, world: &WorldName) -> Result<(), StoreError> {
        let _turn = self.shared.turn.write().await;
        if self.live(world).is_some() {
            return Err(StoreError::Conflict("world"));
        }
        let clock = self.seed_clock().await?;
        self.copied(self.shared.seed, clock, world).await
    }

    /// Whether there is such a world by now.
    #[must_use]
    pub fn holds(&self, world: &WorldName) -> bool {
        self.live(world).is_some()
    }

    /// What new worlds start from.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn seed(&self) -> Result<Document, StoreError> {
        let _turn = match self.shared.in_memory {
            true => Some(self.shared.turn.read().await),
            false => None,
        };
        let clock = self.seed_clock().await?;
        let mut transaction = self.shared.readers.begin().await?;
        document::read(&mut transaction, self.shared.seed, shown(clock)).await
    }

    /// Puts a world back to the seed, or to a copy of `from`, in one step.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when `from` does not exist; [`StoreError::TooManyWorlds`] when `world` does not.
    pub async fn reset(&self, world: &WorldName, from: Option<&WorldName>) -> Result<(), StoreError> {
        let _turn = self.shared.turn.write().await;
        let source = match from {
            Some(name) => Some(self.live(name).ok_or(StoreError::NotFound("world"))?),
            None => None,
        };
        let Some(live) = self.live(world) else {
            let (key, clock) = match &source {
                Some(source) => (source.key, source.clock()),
                None => (self.shared.seed, self.seed_clock().await?),
            };
            return self.copied(key, clock, world).await;
        };
        let (key, clock) = match &source {
            Some(source) if source.key == live.key => return Ok(()),
            Some(source) => (source.key, source.clock()),
            None => (self.shared.seed, self.seed_clock().await?),
        };
        let mut connection = self.shared.writer.acquire().await?;
        let mut transaction = connection.begin_with("begin immediate").await?;
        clear(&mut transaction, live.key).await?;
        copy(&mut transaction, key, live.key).await?;
        store_clock(&mut transaction, live.key, clock).await?;
        transaction.commit().await?;
        live.set_clock(clock);
        Ok(())
    }

    /// Removes a world; its next use makes it anew from the seed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn drop_world(&self, world: &WorldName) -> Result<(), StoreError> {
        let _turn = self.shared.turn.write().await;
        let live = self.live(world).ok_or(StoreError::NotFound("world"))?;
        let mut connection = self.shared.writer.acquire().await?;
        let mut transaction = connection.begin_with("begin immediate").await?;
        clear(&mut transaction, live.key).await?;
        sqlx::query("delete from world where id = $1").bind(live.key).execute(&mut *transaction).await?;
        transaction.commit().await?;
        self.shared.worlds.write().unwrap_or_else(PoisonError::into_inner).remove(world);
        Ok(())
    }

    /// Makes a world from the seed unless there is one by now: requests race for a new name, one of them makes it.
    pub(super) async fn born(&self, world: &WorldName) -> Result<(), StoreError> {
        let _turn = self.shared.turn.write().await;
        if self.live(world).is_some() {
            return Ok(());
        }
        let clock = self.seed_clock().await?;
        self.copied(self.shared.seed, clock, world).await
    }

    async fn seed_clock(&self) -> Result<Clock, StoreError> {
        let mut connection = self.shared.readers.acquire().await?;
        stored_clock(&mut connection, self.shared.seed).await?.ok_or(StoreError::NotFound("seed"))
    }

    /// Makes a world as a copy of another; the caller holds the turn.
    async fn copied(&self, from: i64, clock: Clock, to: &WorldName) -> Result<(), StoreError> {
        let worlds = self.shared.worlds.read().unwrap_or_else(PoisonError::into_inner).len();
        if worlds >= self.shared.limits.worlds {
            return Err(StoreError::TooManyWorlds(worlds));
        }
        let mut connection = self.shared.writer.acquire().await?;
        let mut transaction = connection.begin_with("begin immediate").await?;
        let key = insert(&mut transaction, to.as_str(), clock).await?;
        copy(&mut transaction, from, key).await?;
        transaction.commit().await?;
        let live = Arc::new(Live { key, clock: Mutex::new(clock) });
        self.shared.worlds.write().unwrap_or_else(PoisonError::into_inner).insert(to.clone(), live);
        Ok(())
    }
}

/// Every world of an opened database except the seed.
pub(super) async fn load(connection: &mut SqliteConnection) -> Result<HashMap<WorldName, Arc<Live>>, StoreError> {
    let rows = sqlx::query("select name, id, clock_kind, clock_ticks from world where name <> ''")
        .fetch_all(&mut *connection)
        .await?;
    rows.iter()
        .map(|row| {
            let clock = Mutex::new(clock(row.try_get(2)?, row.try_get(3)?));
            Ok((row.try_get::<&str, _>(0)?.parse()?, Arc::new(Live { key: row.try_get(1)?, clock })))
        })
        .collect()
}

/// The key of a world by its name.
pub(super) async fn key_of(connection: &mut SqliteConnection, name: &str) -> Result<Option<i64>, StoreError> {
    Ok(sqlx::query_scalar("select id from world where name = $1").bind(name).fetch_optional(&mut *connection).await?)
}

/// Adds an empty world.
pub(super) async fn insert(connection: &mut SqliteConnection, name: &str, clock: Clock) -> Result<i64, StoreError> {
    let (kind, ticks) = stored(clock);
    Ok(sqlx::query_scalar("insert into world (name, clock_kind, clock_ticks) values ($1, $2, $3) returning id")
        .bind(name)
        .bind(kind)
        .bind(ticks)
        .fetch_one(&mut *connection)
        .await?)
}

/// Removes everything in a world, not the world itself.
pub(super) async fn clear(connection: &mut SqliteConnection, world: i64) -> Result<(), StoreError> {
    sqlx::query(CLEAR).bind(world).execute(&mut *connection).await?;
    Ok(())
}

async fn copy(connection: &mut SqliteConnection, from: i64, to: i64) -> Result<(), StoreError> {
    sqlx::query(COPY).bind(to).bind(from).execute(&mut *connection).await?;
    Ok(())
}

/// Keeps a world's clock.
pub(super) async fn store_clock(connection: &mut SqliteConnection, world: i64, to: Clock) -> Result<(), StoreError> {
    let (kind, ticks) = stored(to);
    sqlx::query("update world set clock_kind = $1, clock_ticks = $2 where id = $3")
        .bind(kind)
        .bind(ticks)
        .bind(world)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// A world's clock; `None` when there is no such world.
pub(super) async fn stored_clock(connection: &mut SqliteConnection, world: i64) -> Result<Option<Clock>, StoreError> {
    let statement = sqlx::query("select clock_kind, clock_ticks from world where id = $1").bind(world);
    let row = statement.fetch_optional(&mut *connection).await?;
    row.map(|row| Ok(clock(row.try_get(0)?, row.try_get(1)?))).transpose()
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

fn stored(clock: Clock) -> (i64, i64) {
    match clock {
        Clock::Real => (0, 0),
        Clock::Shifted(by) => (1, by),
        Clock::Frozen(at) => (2, at),
    }
}

fn clock(kind: i64, ticks: i64) -> Clock {
    match kind {
        1 => Clock::Shifted(ticks),
        2 => Clock::Frozen(ticks),
        _ => Clock::Real,
    }
}
