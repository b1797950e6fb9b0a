//! Opening a store: in memory, which is gone with the process, or a file, in which every committed write survives a
//! kill. New worlds start from the seed that either is given.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use tokio::sync::Mutex;

use super::answers::Budget;
use super::catalogue::{Catalogue, Listed};
use super::database::{self, Database, Place};
use super::seed::{Seed, Unplanted};
use super::statements::Statements;
use super::worlds::{Entry, SEED, State, WorldName};
use super::{Limits, OpenError, Shared, Store, StoreError, read_only};
use crate::model::Schema;

impl Store {
    /// Opens `sqlite::memory:` or `sqlite:FILE` and makes `seed` the state that new worlds start from, for the APIs of
    /// a schema. Worlds that a durable file holds already are kept as they are.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open<'d>(
        url: &str,
        schema: &Schema,
        seed: impl Into<Seed<'d>>,
        limits: Limits,
    ) -> Result<Store, OpenError> {
        let statements = Arc::new(Statements::new(schema.clone()));
        let seed = &seed.into();
        let catalogue = match target(url)? {
            Place::File(file) => {
                // Before anything is made or changed on disk.
                if let Seed::Text(text) = seed {
                    schema.check(text).map_err(OpenError::Seed)?;
                }
                Some(Catalogue::open(url, &file).await?)
            }
            Place::Memory | Place::Copy(_) | Place::Temporary => None,
        };
        let opened = async {
            let mut known = known(catalogue.as_ref()).await?;
            let listed = known.remove(SEED).map(|seed| seed.place);
            let Some(catalogue) = &catalogue else { return Ok((known, seed.planted_for_a_while(&statements)?)) };
            if let Some(place) = &listed {
                match seed.planted(place, &statements) {
                    // What the file held is written anew on each start, so nothing is lost with it.
                    Err(Unplanted::Store(error)) if error.is_damage() => {
                        let error = StoreError::with_causes(&error);
                        tracing::warn!(error, "the file of the seed is damaged and is made anew");
                        if let Place::File(path) = place {
                            database::remove(path);
                        }
                    }
                    outcome => return Ok((known, outcome?)),
                }
            }
            let draft = catalogue.draft(SEED, None).await?;
            let database = seed.planted(&draft.place, &statements)?;
            draft.commit().await?;
            Ok((known, database))
        };
        let (known, seed) = opened.await.map_err(|failed| match failed {
            Unplanted::Store(error) => unusable(url, error),
            Unplanted::Seed(problems) => OpenError::Seed(problems),
        })?;
        Store::new(catalogue, known, seed, limits, statements)
    }

    /// Opens an existing file and leaves it as it is: a server may be running on it. Worlds are read into memory.
    ///
    /// # Errors
    /// As [`Store::open`], and when the file does not exist.
    pub fn open_existing(url: &str, schema: &Schema, limits: Limits) -> Result<Store, OpenError> {
        let statements = Arc::new(Statements::new(schema.clone()));
        let Place::File(file) = target(url)? else {
            return Err(OpenError::plain(format!("--database {url}: there is no such file")));
        };
        if !file.is_file() {
            return Err(OpenError::plain(format!("--database {url}: there is no such file")));
        }
        let opened = || {
            let mut known: HashMap<String, Listed> =
                read_only::worlds(&file)?.into_iter().map(|listed| (listed.name.clone(), listed)).collect();
            let seed = known.remove(SEED).ok_or(StoreError::NotFound("seed"))?;
            Ok((known, Database::open(&seed.place, &statements)?))
        };
        let (known, seed) = opened().map_err(|error| unusable(url, error))?;
        Store::new(None, known, seed, limits, statements)
    }

    fn new(
        catalogue: Option<Catalogue>,
        known: HashMap<String, Listed>,
        seed: Database,
        limits: Limits,
        statements: Arc<Statements>,
    ) -> Result<Store, OpenError> {
        let entry = |(name, Listed { place, history, .. }): (String, Listed)| {
            Some((name.parse::<WorldName>().ok()?, Entry { place, history, state: State::Resting(None) }))
        };
        Ok(Store {
            shared: Arc::new(Shared {
                catalogue,
                seed: Arc::new(Mutex::new(seed)),
                worlds: RwLock::new(known.into_iter().filter_map(entry).collect()),
                changing: Mutex::default(),
                answers: Budget::new(limits.answers),
                limits,
                statements,
            }),
        })
    }
}

async fn known(catalogue: Option<&Catalogue>) -> Result<HashMap<String, Listed>, StoreError> {
    match catalogue {
        Some(catalogue) => {
            Ok(catalogue.worlds().await?.into_iter().map(|listed| (listed.name.clone(), listed)).collect())
        }
        None => Ok(HashMap::new()),
    }
}

fn unusable(url: &str, error: StoreError) -> OpenError {
    let reason = match &error {
        StoreError::File(file, cause) => format!("{file}: {}", StoreError::reason(&**cause)),
        error => StoreError::reason(error),
    };
    OpenError::because(
        format!(
            "--database {url}: the worlds of the file cannot be used ({reason}); check that the folder may be \
             written to, or name another file"
        ),
        error,
    )
}

fn target(url: &str) -> Result<Place, OpenError> {
    let unknown =
        || OpenError::plain(format!("--database {url}: write sqlite::memory: or sqlite:FILE, e.g. sqlite:usertwin.db"));
    let name = url.strip_prefix("sqlite:").ok_or_else(unknown)?;
    match name.strip_prefix("//").unwrap_or(name) {
        ":memory:" => Ok(Place::Memory),
        "" => Err(unknown()),
        file => Ok(Place::File(PathBuf::from(Path::new(file)))),
    }
}
