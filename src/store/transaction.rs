//! One unit of work in one world, which no other uses meanwhile. Dropped without `commit` it leaves no trace.

use std::cell::Cell;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::types::{FromSql, ValueRef};
use rusqlite::{Connection, Params};
use tokio::runtime::Handle;
use tokio::sync::{OwnedMutexGuard, oneshot};

use super::answers::Version;
use super::database::Database;
use super::group::{self, Member, Outcome};
use super::remembered::{self, FacetKey, Recalled, WrittenRow};
use super::rows::{self, Columns};
use super::statements::{FacetStatements, Statements, shared_columns};
use super::write_users::FacetChange;
use super::written::Watched;
use super::{Live, StoreError, document, worlds};
use crate::contract::{DateTime, FacetType, Key};
use crate::long_work::long_work;
use crate::model::clock::Clock;
use crate::model::{ClockState, Document, Problem, Schema, User};

/// What transactions have read, as far as it matters to who keeps an answer. Where an item of a list changes, another epoch
/// begins and all answers are forgotten, so that items only have to be of the same epoch as the user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sources {
    /// Nothing.
    #[default]
    None,
    /// Items of lists, in an epoch.
    Items(u64),
    /// One version of one user, perhaps with items.
    User(Version),
    /// More: other users, what is not there, the time, or a change of its own.
    More,
}

impl Sources {
    fn and(self, other: Sources) -> Sources {
        match (self, other) {
            (Sources::None, sources) | (sources, Sources::None) => sources,
            (one, other) if one == other => one,
            (Sources::Items(epoch), Sources::User(user)) | (Sources::User(user), Sources::Items(epoch))
                if user.epoch == epoch =>
            {
                Sources::User(user)
            }
            _ => Sources::More,
        }
    }
}

/// A row that was found in memory.
pub(super) struct FoundRow {
    key: FacetKey,
    pub columns: Arc<[u8]>,
}

/// A transaction in one world.
pub struct Transaction {
    database: OwnedMutexGuard<Database>,
    live: Arc<Live>,
    clock: Clock,
    /// Whether it may have written anything that a drop has to undo.
    begun: bool,
    /// Whether changes of others, not committed yet either, were there before.
    joined: bool,
    /// The number of rows that the connection had changed when it began to write.
    changed_before: u64,
    /// Whether it has looked for changes by other processes.
    looked: bool,
    /// Users' rows as they are after its changes, to be remembered once they are committed.
    rows: Vec<WrittenRow>,
    /// The key of the user that it has found last, as a writer.
    found: Option<FacetKey>,
    /// Who wants to know what it changed.
    pub(super) watched: Option<Watched>,
    /// What it has read.
    sources: Cell<Sources>,
    /// Who wants to know that.
    asked: Option<Arc<Mutex<Sources>>>,
}

impl Transaction {
    /// A reader has the world to itself, so that nothing is written meanwhile and it needs no `begin`.
    pub(super) fn read(live: Arc<Live>, mut database: OwnedMutexGuard<Database>) -> Transaction {
        group::settle(&live, &mut database);
        Transaction::new(live, database)
    }

    /// A writer joins the changes that are not committed yet.
    pub(super) fn write(live: Arc<Live>, database: OwnedMutexGuard<Database>) -> Result<Transaction, StoreError> {
        let mut transaction = Transaction::new(live, database);
        transaction.joined = !transaction.database.group().is_empty();
        transaction.run(if transaction.joined { "savepoint change" } else { "begin immediate" }, [])?;
        transaction.begun = true;
        transaction.changed_before = transaction.connection().total_changes();
        if !transaction.joined {
            transaction.database.forget_what_others_changed()?;
        }
        // From now on no other process writes.
        transaction.looked = true;
        Ok(transaction)
    }

    fn new(live: Arc<Live>, database: OwnedMutexGuard<Database>) -> Transaction {
        let clock = live.clock();
        Transaction {
            database,
            live,
            clock,
            begun: false,
            joined: false,
            changed_before: 0,
            looked: false,
            rows: Vec::new(),
            found: None,
            watched: None,
            sources: Cell::default(),
            asked: None,
        }
    }

    /// Tells what it has read, added to what others have, when it ends.
    #[must_use]
    pub(crate) fn telling_sources(mut self, asked: Arc<Mutex<Sources>>) -> Transaction {
        self.asked = Some(asked);
        self
    }

    /// Commits everything that was written here, at once.
    ///
    /// # Errors
    /// Faults of the database; then nothing was written.
    pub fn commit(mut self) -> Result<(), StoreError> {
        if !self.begun {
            return Ok(());
        }
        let clock = self.clock;
        let committed = if self.joined {
            let mut outcome = self.join()?;
            group::settle(&self.live, &mut self.database);
            let outcome = outcome.try_recv().map_err(|error| StoreError::Fault(error.into()));
            outcome.and_then(Outcome::into_result)
        } else {
            self.begun = false;
            group::commit(&self.live, &mut self.database).map(|()| {
                self.database.remember(std::mem::take(&mut self.rows));
                if let Some(watched) = self.watched.take() {
                    watched.committed();
                }
            })
        };
        committed.map(|()| self.live.set_clock(clock))
    }

    /// Commits everything that was written here, a file's world together with the changes of other requests that are
    /// ready now. A caller that does not wait for it may have changed the world all the same.
    ///
    /// # Errors
    /// As [`Transaction::commit`].
    pub async fn commit_together(mut self) -> Result<(), StoreError> {
        // A change of the clock is for all that comes next.
        let joins = self.begun && self.database.has_groups() && self.clock == self.live.clock();
        let Some(runtime) = joins.then(Handle::try_current).and_then(Result::ok) else { return self.commit() };
        let outcome = self.join()?;
        if let [_] = **self.database.group() {
            // A task of its own, as this one ends when its client hangs up.
            drop(runtime.spawn(group::settle_soon(Arc::clone(&self.live))));
        }
        drop(self);
        outcome.await.map_err(|error| StoreError::Fault(error.into()))?.into_result()
    }

    /// Leaves the changes to the group.
    fn join(&mut self) -> Result<oneshot::Receiver<Outcome>, StoreError> {
        if self.joined {
            self.run("release change", [])?;
        }
        self.begun = false;
        let (done, outcome) = oneshot::channel();
        let (rows, watched) = (std::mem::take(&mut self.rows), self.watched.take());
        self.database.group().push(Member { rows, watched, done });
        Ok(outcome)
    }

    /// Does long work on a blocking thread when its turn comes, so that other requests are served meanwhile.
    ///
    /// # Errors
    /// Those of the work, and a fault when it panics.
    pub(crate) async fn on_blocking_thread<T, E>(
        self,
        work: impl FnOnce(Transaction) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let done = long_work(move || work(self)).await;
        done.unwrap_or_else(|failed| Err(StoreError::Fault(failed.into()).into()))
    }

    /// The world's clock.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn clock(&self) -> Clock {
        self.sources.set(Sources::More);
        self.clock
    }

    /// The time of the world's clock, UTC.
    #[must_use]
    pub fn now(&self) -> DateTime {
        self.clock().now()
    }

    /// Sets the world's clock.
    ///
    /// # Errors
    /// Faults of the database.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn set_clock(&mut self, clock: Clock) -> Result<(), StoreError> {
        self.database.set_clock(clock)?;
        self.clock = clock;
        Ok(())
    }

    /// The world's clock as documents show it; `None` for real time.
    pub(crate) fn clock_state(&self) -> Option<ClockState> {
        worlds::clock_state(self.clock)
    }

    /// The world as a document.
    ///
    /// # Errors
    /// Faults of the database.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn export(&mut self) -> Result<Document, StoreError> {
        document::read(self.connection(), &self.statements(), worlds::clock_state(self.clock))
    }

    /// The world without its users and clock, against which [`Schema::parse_user`] checks a user.
    ///
    /// # Errors
    /// Faults of the database.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn lists(&mut self) -> Result<Document, StoreError> {
        document::lists(self.connection(), &self.statements())
    }

    /// Replaces everything in the world by a document.
    ///
    /// # Errors
    /// Faults of the database.
    #[cfg(feature = "testing")]
    pub fn replace(&mut self, document: &Document) -> Result<(), StoreError> {
        self.forget();
        document::replace(self.connection(), &self.statements(), document)?;
        self.set_clock(worlds::clock_from(document))
    }

    /// The same by the text of a document, or its problems; then the transaction is to be dropped.
    ///
    /// # Errors
    /// Faults of the database.
    pub(crate) fn replace_by(&mut self, text: &str) -> Result<Result<(), Vec<Problem>>, StoreError> {
        let statements = self.statements();
        let mut reader = match statements.schema.reader(text) {
            Ok(reader) => reader,
            Err(problems) => return Ok(Err(problems)),
        };
        self.forget();
        document::replace_by(self.connection(), &statements, &mut reader)?;
        self.set_clock(worlds::clock_from(reader.rest()))?;
        Ok(reader.finish())
    }

    /// Forgets everything that was read of the world before.
    fn forget(&mut self) {
        self.database.forget_tokens();
        self.database.forget_items();
        // SQLite empties a table at once, without a report of its rows.
        self.database.remembered().forget();
    }

    pub(super) fn database(&self) -> &Database {
        self.sources.set(Sources::More);
        &self.database
    }

    pub(super) fn database_mut(&mut self) -> &mut Database {
        self.sources.set(Sources::More);
        &mut self.database
    }

    /// Does a look-up that reads one user, whose number is in what it finds, and nothing else.
    pub(super) fn reading_a_user<T>(
        &mut self,
        look_up: impl FnOnce(&mut Transaction) -> Result<Option<T>, StoreError>,
        number: impl FnOnce(&T) -> i64,
    ) -> Result<Option<T>, StoreError> {
        let before = self.sources.get();
        let found = look_up(self)?;
        if self.asked.is_some() {
            let version = found.as_ref().and_then(|found| self.database.remembered().version_of(number(found)));
            // Who is not there has no version, nor has a user that a change of its own may have left.
            let version = version.filter(|_| !self.begun);
            self.sources.set(before.and(version.map_or(Sources::More, Sources::User)));
        }
        Ok(found)
    }

    /// The database, to read items of lists and nothing else.
    pub(super) fn database_of_items(&mut self) -> &mut Database {
        if self.asked.is_some() {
            let items = Sources::Items(self.database.remembered().epoch());
            self.sources.set(self.sources.get().and(if self.begun { Sources::More } else { items }));
        }
        &mut self.database
    }

    pub(super) fn connection(&self) -> &Connection {
        self.database().connection()
    }

    /// The one row of a statement, or none.
    pub(super) fn one<T>(
        &mut self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        rows::one(self.connection(), sql, values, read)
    }

    /// The schema of the APIs that the store serves.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn schema(&self) -> &Schema {
        &self.database.statements().schema
    }

    /// The statements of that schema.
    pub(super) fn statements(&self) -> Arc<Statements> {
        Arc::clone(self.database.statements())
    }

    /// The user that an API has under a key, from memory if it is remembered.
    pub(super) fn find_by_key<T>(
        &mut self,
        facet: &'static FacetType,
        key: Key,
        read: fn(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        if !std::mem::replace(&mut self.looked, true) {
            self.database.forget_what_others_changed()?;
        }
        let statements = self.database.statements().facet(facet)?;
        let found = FacetKey(statements.place, key);
        if self.begun {
            self.found = Some(found);
        }
        let known = match self.database.remembered().recall(found) {
            Recalled::Row(columns) => return read(&mut Columns::unpacked(columns)).map(Some),
            Recalled::Changed => true,
            Recalled::Nothing => false,
        };
        // A change of its own may yet be undone.
        let changed = self.begun && self.connection().total_changes() != self.changed_before;
        let remembering = !changed && (known || !self.database.remembered().is_full());
        let remember = |columns: &Columns<'_>| {
            let row = Option::zip(statements.key_of(columns), columns.packed(remembered::LARGEST_ROW));
            if let (Some((key, row)), Ok(number)) = (row, columns.clone().next()) {
                self.database.remembered().remember(FacetKey(statements.place, key), number, row);
            }
        };
        let mut number = None;
        // Keys are blobs, and an id as a key is one of 16 bytes.
        let found = rows::one(self.connection(), &statements.by_key, [key.bytes()], |columns| {
            if remembering && known {
                remember(columns);
            }
            number = columns.clone().next().ok();
            read(columns)
        })?;
        if let Some(number) = number.filter(|_| remembering && !known) {
            if self.database.remembered().is_empty() {
                let last = rows::value(self.connection(), "select max(number) from user", [])?;
                self.database.remembered().expect(last.unwrap_or_default());
            }
            rows::many(self.connection(), &statements.neighbours, remembered::neighbours(number), |columns| {
                remember(columns);
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// The row of a user and one facet as it is before a change, if it was found last and is remembered.
    pub(super) fn row_before(&self, facet: &FacetStatements, number: i64) -> Option<FoundRow> {
        let key = self.found.filter(|FacetKey(place, _)| *place == facet.place)?;
        match self.database.remembered().recall(key) {
            Recalled::Row(row) if Columns::unpacked(row).next().ok() == Some(number) => {
                Some(FoundRow { key, columns: Arc::clone(row) })
            }
            _ => None,
        }
    }

    /// Notes the row of a user and one facet as a change has just written them, and gives it.
    pub(super) fn note_row(
        &mut self,
        number: i64,
        user: &User,
        change: &FacetChange<'_>,
        before: Option<&FoundRow>,
    ) -> Option<Arc<[u8]>> {
        let changes = self.database.remembered().changes_of(number)?;
        let key = match before.filter(|_| change.leaves_it()) {
            Some(before) => before.key,
            None => FacetKey(change.facet.place, change.key_after(user.id)?),
        };
        let columns = shared_columns(number, user).into_iter().chain([ValueRef::Blob(change.after.as_deref()?)]);
        let columns = remembered::pack(columns.map(Some), remembered::LARGEST_ROW)?;
        self.rows.push(WrittenRow { key, number, changes, columns: Arc::clone(&columns) });
        Some(columns)
    }

    /// The rows of a statement.
    pub(super) fn many<T>(
        &mut self,
        sql: &str,
        values: impl Params,
        read: impl Fn(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        rows::many(self.connection(), sql, values, read)
    }

    /// The first column of a statement's row, if there is a row.
    pub(super) fn value<T: FromSql>(&mut self, sql: &str, values: impl Params) -> Result<Option<T>, StoreError> {
        rows::value(self.connection(), sql, values)
    }

    /// Whether a statement gives a row.
    pub(super) fn any(&mut self, sql: &str, values: impl Params) -> Result<bool, StoreError> {
        Ok(self.value::<i64>(sql, values)?.is_some())
    }

    /// Runs a statement that gives no rows; returns the number of rows that it changed.
    pub(super) fn run(&mut self, sql: &str, values: impl Params) -> Result<usize, StoreError> {
        rows::run(self.connection(), sql, values)
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(asked) = &self.asked {
            let mut sources = asked.lock().unwrap_or_else(PoisonError::into_inner);
            *sources = sources.and(self.sources.get());
        }
        if !self.begun {
            return;
        }
        if !self.joined {
            return group::undo(&mut self.database);
        }
        self.database.forget_tokens();
        self.database.forget_items();
        let undone = self.connection().execute_batch("rollback to change; release change");
        if let Err(error) = undone {
            tracing::debug!(%error, "a change was undone already");
        }
        // The answer may tell of changes that this one has seen.
        group::settle(&self.live, &mut self.database);
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("begun", &self.begun).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Facet, KeyPart};
    use crate::model::{Diff, Part, Schema, User, UserRecord, UserWith};
    use crate::store::{Limits, Store, WorldName};
    use uuid::Uuid;

    crate::facet! {
        /// A facet whose key is the user's id.
        pub struct Note of "notes" {
            text: String = "text",
        }
    }

    /// The remembered ones among users 1 to `count`.
    fn remembered(transaction: &Transaction, count: u128) -> Vec<u128> {
        let remembered = transaction.database.remembered();
        let known =
            |id: &u128| matches!(remembered.recall(FacetKey(0, Uuid::from_u128(*id).to_key())), Recalled::Row(_));
        (1..=count).filter(known).collect()
    }

    #[tokio::test]
    async fn the_first_read_of_a_user_remembers_its_neighbours_and_later_ones_the_user() {
        let schema = Schema::from_iter([Part { api: "notes", facet: Note::TYPE, lists: &[] }]);
        let user = |id| User::new(Uuid::from_u128(id), DateTime { ticks: 1, ..DateTime::MIN });
        let mut seed = schema.empty_document();
        seed.users = (1..=20).map(|id| UserRecord::from(user(id)).with(&Note::default())).collect();
        let store = Store::open("sqlite::memory:", &schema, &seed, Limits::default()).await.unwrap();
        let main = WorldName::main();

        let mut transaction = store.read(&main).await.unwrap();
        assert_eq!(remembered(&transaction, 20), []);
        assert!(transaction.find::<Note>(Uuid::from_u128(10)).unwrap().is_some());
        assert_eq!(remembered(&transaction, 20), (8..=15).collect::<Vec<_>>());
        drop(transaction);

        let mut transaction = store.write(&main).await.unwrap();
        transaction.run("update user set modified_at = 2", []).unwrap();
        transaction.commit().unwrap();
        let mut transaction = store.read(&main).await.unwrap();
        assert_eq!(remembered(&transaction, 20), []);
        assert!(transaction.find::<Note>(Uuid::from_u128(10)).unwrap().is_some());
        assert_eq!(remembered(&transaction, 20), [10]);
    }

    #[test]
    fn sources_are_one_user_only_with_items_of_the_same_epoch() {
        let user = |epoch, number| Sources::User(Version { epoch, number, changes: 0 });
        for (one, other, both) in [
            (Sources::None, user(1, 1), user(1, 1)),
            (Sources::None, Sources::Items(1), Sources::Items(1)),
            (Sources::Items(1), user(1, 1), user(1, 1)),
            (Sources::Items(1), user(2, 1), Sources::More),
            (Sources::Items(1), Sources::Items(2), Sources::More),
            (user(1, 1), user(1, 1), user(1, 1)),
            (user(1, 1), user(1, 2), Sources::More),
            (Sources::More, Sources::None, Sources::More),
        ] {
            assert_eq!((one.and(other), other.and(one)), (both, both), "{one:?} {other:?}");
        }
    }

    #[tokio::test]
    async fn a_committed_change_is_remembered_unless_the_row_changed_once_more() {
        let schema = Schema::from_iter([Part { api: "notes", facet: Note::TYPE, lists: &[] }]);
        let user = |id| User::new(Uuid::from_u128(id), DateTime { ticks: 1, ..DateTime::MIN });
        let mut seed = schema.empty_document();
        seed.users = (1..=3).map(|id| UserRecord::from(user(id)).with(&Note::default())).collect();
        let store = Store::open("sqlite::memory:", &schema, &seed, Limits::default()).await.unwrap();
        let main = WorldName::main();
        assert!(store.read(&main).await.unwrap().find::<Note>(Uuid::from_u128(1)).unwrap().is_some());
        for (undone, changed_again, known) in
            [(false, false, vec![1, 2, 3]), (true, false, vec![1, 3]), (false, true, vec![1, 3])]
        {
            let mut transaction = store.write(&main).await.unwrap();
            let before = transaction.find::<Note>(Uuid::from_u128(2)).unwrap().unwrap();
            let mut after = before.user.clone();
            after.facet.text += "x";
            transaction.change(&before, &after).unwrap();
            assert_eq!(remembered(&transaction, 3), [1, 3]);
            if changed_again {
                transaction.run("update user set modified_at = 2 where number = 2", []).unwrap();
            }
            if undone {
                drop(transaction);
            } else {
                transaction.commit().unwrap();
            }
            let mut transaction = store.read(&main).await.unwrap();
            assert_eq!(remembered(&transaction, 3), known, "undone {undone}, changed again {changed_again}");
            let text = transaction.find::<Note>(Uuid::from_u128(2)).unwrap().unwrap().user.facet.text;
            assert_eq!(text, if undone { before.user.facet.text } else { after.facet.text });
        }
    }

    #[tokio::test]
    async fn a_change_is_told_alike_whether_its_row_was_remembered_or_not() {
        let schema = Schema::from_iter([Part { api: "notes", facet: Note::TYPE, lists: &[] }]);
        let user = User::new(Uuid::from_u128(1), DateTime { ticks: 1, ..DateTime::MIN });
        let note = Note { text: "before".to_owned() };
        let seed = Document { users: vec![UserRecord::from(user.clone()).with(&note)], ..schema.empty_document() };
        let store = Store::open("sqlite::memory:", &schema, &seed, Limits::default()).await.unwrap();
        let told = async |world: &str, is_remembered: bool, display_name: &str, text: &str| {
            let world: WorldName = world.parse().unwrap();
            let watcher = Arc::default();
            let mut transaction = store.write(&world).await.unwrap().watched(Arc::clone(&watcher));
            let before = transaction.find::<Note>(user.id).unwrap().unwrap();
            // The look has remembered it.
            let statements = transaction.statements();
            assert!(transaction.row_before(statements.facet(Note::TYPE).unwrap(), before.number).is_some());
            if !is_remembered {
                transaction.found = None;
            }
            let mut after = before.user.clone();
            (after.shared.display_name, after.facet.text) = (Some(display_name.to_owned()), text.to_owned());
            transaction.change(&before, &after).unwrap();
            transaction.commit().unwrap();
            let changes = std::mem::take(&mut *watcher.lock().unwrap());
            let diff = changes.diff().unwrap();
            let record = |user: UserWith<Note>| UserRecord::from(user.shared).with(&user.facet);
            assert_eq!(diff, Diff::between(&[record(before.user)], &[record(after)]));
            diff
        };
        for (name, text) in [("Ada", "before"), ("Ada", "after")] {
            let (fresh, known) = (format!("{text}-1"), format!("{text}-2"));
            assert_eq!(told(&fresh, false, name, text).await, told(&known, true, name, text).await);
        }
    }

    #[tokio::test]
    async fn a_change_by_another_process_is_seen_at_once() {
        let schema = Schema::from_iter([Part { api: "notes", facet: Note::TYPE, lists: &[] }]);
        let user = User::new(Uuid::from_u128(1), DateTime { ticks: 1, ..DateTime::MIN });
        let mut seed = schema.empty_document();
        seed.users = vec![UserRecord::from(user).with(&Note::default())];
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("users.db").display());
        let store = Store::open(&url, &schema, &seed, Limits::default()).await.unwrap();
        let main = WorldName::main();
        let name = |transaction: &mut Transaction| {
            transaction.find::<Note>(Uuid::from_u128(1)).unwrap().unwrap().user.shared.display_name
        };
        let mut transaction = store.read(&main).await.unwrap();
        assert_eq!(name(&mut transaction), None);
        assert_eq!(remembered(&transaction, 1), [1]);
        let file = transaction.connection().path().unwrap().to_owned();
        drop(transaction);

        let other = Connection::open(file).unwrap();
        let rename = |to: &str| other.execute("update user set display_name = ?", [to]).unwrap();
        rename("read");
        assert_eq!(name(&mut store.read(&main).await.unwrap()).as_deref(), Some("read"));
        rename("to be changed");
        let mut transaction = store.write(&main).await.unwrap();
        let before = transaction.find::<Note>(Uuid::from_u128(1)).unwrap().unwrap();
        assert_eq!(before.user.shared.display_name.as_deref(), Some("to be changed"));
        let mut after = before.user.clone();
        after.shared.display_name = Some("changed".to_owned());
        transaction.change(&before, &after).unwrap();
        transaction.commit().unwrap();
        let mut transaction = store.read(&main).await.unwrap();
        assert_eq!(remembered(&transaction, 1), [1]);
        assert_eq!(name(&mut transaction).as_deref(), Some("changed"));
        drop(transaction);
        rename("changed again");
        assert_eq!(name(&mut store.read(&main).await.unwrap()).as_deref(), Some("changed again"));
    }
}
