//! The seed: what new worlds start from, and how it is put into the hidden world that they are copied from.

use std::borrow::Cow;
use std::sync::Arc;

use super::database::{Database, PATIENCE, Place};
use super::schema::Indexes;
use super::statements::Statements;
use super::{StoreError, document, worlds};
use crate::model::clock::Clock;
use crate::model::{Document, Problem};

/// The length of a text in bytes above which its users are many: some fifty thousand. They are then sorted once for each
/// index, which finds out whether names are unique, and in memory they would take as much as the world that all use
/// (chosen).
const LONG: usize = 32 << 20;

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
#[derive(Debug)]
pub(super) enum Unplanted {
    Store(StoreError),
    Seed(Vec<Problem>),
}

impl From<StoreError> for Unplanted {
    fn from(error: StoreError) -> Unplanted {
        Unplanted::Store(error)
    }
}

impl Seed<'_> {
    /// The hidden world where nothing is to last. A long seed is in a temporary file, because it is read when a world is
    /// made and not again; in memory only where the system has no folder for such files, or no room.
    pub(super) fn planted_for_a_while(&self, statements: &Arc<Statements>) -> Result<Database, Unplanted> {
        if self.is_long() {
            match self.planted(&Place::Temporary, statements) {
                Err(Unplanted::Store(error)) => {
                    tracing::debug!(error = StoreError::with_causes(&error), "the seed stays in memory");
                }
                outcome => return outcome,
            }
        }
        self.planted(&Place::Memory, statements)
    }

    /// The hidden world at a place, with this seed instead of the one that it held before.
    pub(super) fn planted(&self, place: &Place, statements: &Arc<Statements>) -> Result<Database, Unplanted> {
        self.planted_as(self.is_long(), place, statements)
    }

    fn planted_as(&self, long: bool, place: &Place, statements: &Arc<Statements>) -> Result<Database, Unplanted> {
        let database = Database::open(place, statements)?;
        let run = |sql| database.connection().execute_batch(sql).map_err(StoreError::from);
        database.connection().busy_timeout(PATIENCE).map_err(StoreError::from)?;
        run("begin immediate")?;
        let clock = self.fill(long, &database)?;
        database.set_clock(clock)?;
        run("commit")?;
        database.is_filled()?;
        Ok(database)
    }

    /// Fills the database, and gives the clock.
    fn fill(&self, long: bool, database: &Database) -> Result<Clock, Unplanted> {
        let (connection, statements) = (database.connection(), database.statements());
        let text = match self {
            Seed::Document(document) => {
                document::replace(connection, statements, document)?;
                return Ok(worlds::clock_from(document));
            }
            Seed::Text(text) => text,
        };
        let mut reader = statements.schema.reader(text).map_err(Unplanted::Seed)?;
        let clock = worlds::clock_from(reader.rest());
        if long {
            reader.trust_names();
            let filled = Indexes::take_off(connection).and_then(|indexes| {
                document::replace_by(connection, statements, &mut reader)?;
                indexes.put_back(connection)
            });
            if let Err(error) = filled {
                // Names that are not unique fail without their lines.
                statements.schema.check(text).map_err(Unplanted::Seed)?;
                return Err(error.into());
            }
        } else {
            document::replace_by(connection, statements, &mut reader)?;
        }
        reader.finish().map_err(Unplanted::Seed)?;
        Ok(clock)
    }

    fn is_long(&self) -> bool {
        matches!(self, Seed::Text(text) if text.len() > LONG)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Part, Schema};

    crate::facet! {
        /// A facet with a number of its own, listed by its user's shelf.
        pub struct Book of "books", key (shelf: i32, number: i32), in shelf, needs username {
            shelf: i32 = "shelf",
            number: i32 = "number",
        }
    }

    fn statements() -> Arc<Statements> {
        let facet = <Book as crate::contract::Facet>::TYPE;
        Arc::new(Statements::new(Schema::from_iter([Part { api: "books", facet, lists: &[] }])))
    }

    fn text(users: &[(&str, i32)]) -> Seed<'static> {
        let user = |(name, number): &(&str, i32)| {
            format!(r#"{{"username": "{name}", "books": {{"shelf": 1, "number": {number}}}}}"#)
        };
        let users: Vec<String> = users.iter().map(user).collect();
        Seed::Text(format!("{{\"users\": [\n{}]}}", users.join(",\n")))
    }

    #[test]
    fn a_long_seed_is_stored_in_a_temporary_file_as_a_short_one_in_memory() {
        let seed = text(&[("ada", 3), ("bob", 1), ("eve", 2)]);
        let statements = statements();
        let stored = |long, place| {
            let database = seed.planted_as(long, &place, &statements).unwrap();
            // A world made of it has what its own connection has.
            let world = database.copy(&Place::Memory).unwrap();
            document::read(world.connection(), &statements, None).unwrap()
        };
        let (long, short) = (stored(true, Place::Temporary), stored(false, Place::Memory));
        assert!(long == short && long.users.len() == 3, "{long:?}");
    }

    #[test]
    fn a_long_seed_with_names_or_keys_that_are_not_unique_is_refused_with_their_lines() {
        for (users, path) in
            [([("ada", 1), ("ADA", 2)], "users[1].username"), ([("ada", 1), ("bob", 1)], "users[1].books.number")]
        {
            for (long, place) in [(true, Place::Temporary), (true, Place::Memory), (false, Place::Memory)] {
                let refused = text(&users).planted_as(long, &place, &statements());
                let Err(Unplanted::Seed(problems)) = refused else { panic!("{long} {place:?}: {:?}", refused.err()) };
                let places: Vec<(usize, &str)> = problems.iter().map(|one| (one.line, &*one.path)).collect();
                assert_eq!(places, [(3, path)], "{long} {place:?}");
            }
        }
    }
}
