//! Opening a store: in memory, which is gone with the process, or a file, in which every committed write survives a
//! kill. New worlds start from the seed that either is given.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use tokio::sync::Mutex;

use super::catalogue::{Catalogue, Listed};
use super::database::{self, Database, PATIENCE, Place};
use super::schema::Indexes;
use super::statements::Statements;
use super::worlds::{self, Entry, SEED, State, WorldName};
use super::{Limits, OpenError, Shared, Store, StoreError, document, read_only};
use crate::model::{Document, Problem, Schema};

/// Pages of 4 KiB above which a seed is set aside: 32 MiB, some sixty thousand users.
const LARGE_SEED: i64 = 8192;

/// The length of a seed in bytes from which it is faster to sort its users once for each index.
const LONG_SEED: usize = 8 << 20;

/// What new worlds start from.
#[derive(Debug, Clone)]
pub enum Seed<'d> {
    /// A document.
    Document(Cow<'d, Document>),
    /// The text of one, which is read while it is stored.
    Text(String),
}

impl<'d> From<&'d Document> for Seed<'d> {
    fn from(document: &'d Document) -> Seed<'d> {
        Seed::Document(Cow::Borrowed(document))
    }
}

/// Why a seed was not put into the hidden world.
enum Unplanted {
    Store(StoreError),
    Seed(Vec<Problem>),
}

impl From<StoreError> for Unplanted {
    fn from(error: StoreError) -> Unplanted {
        Unplanted::Store(error)
    }
}

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
            let planted = |place: &Place| {
                let database = Database::open(place, &statements)?;
                plant(&database, seed)?;
                Ok::<_, Unplanted>(database)
            };
            let Some(catalogue) = &catalogue else { return Ok((known, set_aside(planted(&Place::Memory)?)?)) };
            if let Some(place) = &listed {
                match planted(place) {
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
            let database = planted(&draft.place)?;
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

/// Puts the seed into the hidden world, in place of the one it held before.
fn plant(database: &Database, seed: &Seed<'_>) -> Result<(), Unplanted> {
    let (connection, statements) = (database.connection(), database.statements());
    let run = |sql| connection.execute_batch(sql).map_err(StoreError::from);
    connection.busy_timeout(PATIENCE).map_err(StoreError::from)?;
    run("begin immediate")?;
    let clock = match seed {
        Seed::Document(document) => {
            document::replace(connection, statements, document)?;
            worlds::clock_from(document)
        }
        Seed::Text(text) => {
            let mut reader = statements.schema.reader(text).map_err(Unplanted::Seed)?;
            let indexes = if text.len() > LONG_SEED { Indexes::take_off(connection)? } else { Indexes::default() };
            document::replace_by(connection, statements, &mut reader)?;
            indexes.put_back(connection)?;
            let clock = worlds::clock_from(reader.rest());
            reader.finish().map_err(Unplanted::Seed)?;
            clock
        }
    };
    database.set_clock(clock)?;
    run("commit")?;
    Ok(())
}

/// Puts a large seed into a temporary file: it is read when a world is made and not again, and in memory it would take as
/// much as the world that everybody uses. It stays in memory where the system has no folder for such files, or no room.
fn set_aside(seed: Database) -> Result<Database, StoreError> {
    if seed.pages()? <= LARGE_SEED {
        return Ok(seed);
    }
    Ok(seed.copy(&Place::Temporary).unwrap_or_else(|error| {
        tracing::debug!(error = StoreError::with_causes(&error), "the seed stays in memory");
        seed
    }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_seed_is_set_aside_in_a_file_and_a_small_one_stays_in_memory() {
        let statements = Arc::new(Statements::new(Schema::from_iter([])));
        for (bytes, expected) in [(1, "memory"), (LARGE_SEED * 4096, "off")] {
            let seed = Database::open(&Place::Memory, &statements).unwrap();
            let insert = "insert into outbox (at, api, kind, recipient) values (7, '', '', zeroblob(?))";
            seed.connection().execute(insert, [bytes]).unwrap();
            let aside = set_aside(seed).unwrap();
            // Only the one that was copied has the settings of a temporary file.
            let journal: String = aside.connection().query_row("pragma journal_mode", [], |row| row.get(0)).unwrap();
            assert_eq!(journal, expected);
            let world = aside.copy(&Place::Memory).unwrap();
            let length: i64 =
                world.connection().query_row("select length(recipient) from outbox", [], |row| row.get(0)).unwrap();
            assert_eq!(length, bytes);
        }
    }
}
