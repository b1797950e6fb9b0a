//! Changes of a world in a file are committed in groups. A commit takes several calls of the system, for locks on the log's
//! index and a look at the path, which cost as much as the work of a request; requests that are ready together (see
//! [`crate::listener`]) share one.
//!
//! A change waits for the commit before it is answered, and nobody else sees it before: whoever comes to read the world
//! commits the group first. Each change but the first is made in a savepoint, so that one that fails is undone alone. If
//! the commit fails, none of them was made.

use super::database::Database;
use super::remembered::WrittenRow;
use super::written::Watched;
use super::{Live, StoreError, rows, write_back};
use crate::turn;
use std::sync::Arc;
use tokio::sync::oneshot;

/// A change that is made and not committed yet.
pub(super) struct Member {
    /// Users' rows as they will be.
    pub(super) rows: Vec<WrittenRow>,
    /// Who wants to know what was changed.
    pub(super) watched: Option<Watched>,
    pub(super) done: oneshot::Sender<Outcome>,
}

/// The outcome of a commit for each of its members.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    Committed,
    /// The file, and why nothing of the group is in it.
    Failed(Arc<str>, Arc<str>),
}

impl Outcome {
    pub(super) fn into_result(self) -> Result<(), StoreError> {
        match self {
            Outcome::Committed => Ok(()),
            Outcome::Failed(file, cause) => Err(StoreError::File(file.to_string(), (*cause).into())),
        }
    }
}

/// Commits the group of a world, if there is one, and tells its members.
pub(super) fn settle(live: &Arc<Live>, database: &mut Database) {
    let members = database.take_group();
    if members.is_empty() {
        return;
    }
    let outcome = match commit(live, database) {
        Ok(()) => Outcome::Committed,
        Err(error) => {
            // Who joined the group may have read users as it would have left them.
            database.remembered().forget();
            let file = database.connection().path().unwrap_or_default();
            Outcome::Failed(file.into(), StoreError::reason(&error).into())
        }
    };
    for Member { rows, watched, done } in members {
        if let Outcome::Committed = outcome {
            database.remember(rows);
            if let Some(watched) = watched {
                watched.committed();
            }
        }
        // A client that hung up does not wait.
        let _ = done.send(outcome.clone());
    }
}

/// Settles the group of a world once the other requests that are ready have joined it.
pub(super) async fn settle_soon(live: Arc<Live>) {
    turn::let_others_go_first().await;
    drop(live.lock().await);
}

/// Commits what was written to a world's database.
///
/// # Errors
/// Faults of the database; then nothing was written.
pub(super) fn commit(live: &Arc<Live>, database: &mut Database) -> Result<(), StoreError> {
    if let Err(error) = rows::run(database.connection(), "commit", []) {
        undo(database);
        return Err(error);
    }
    // Looked at afterwards: before, the file could still go until the commit.
    if let Some(lost) = database.lost() {
        // The next use opens what is at the path now, which fails until a reset makes the world anew.
        live.close();
        return Err(lost);
    }
    if let Some(path) = database.log_due() {
        write_back::start(path, live);
    }
    Ok(())
}

/// Undoes what was written to a world's database and not committed.
pub(super) fn undo(database: &mut Database) {
    database.forget_tokens();
    database.forget_items();
    if let Err(error) = rows::run(database.connection(), "rollback", []) {
        // After a full disk SQLite has undone the work itself, and reports that there is nothing to undo.
        tracing::debug!(%error, "a transaction was undone already");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{DateTime, Facet};
    use crate::model::{Part, Schema, User, UserRecord};
    use crate::store::{Limits, Store, Transaction, WorldName};
    use futures_util::FutureExt;
    use rusqlite::Connection;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use uuid::Uuid;

    crate::facet! {
        /// A facet whose key is the user's id.
        pub struct Note of "notes" {
            text: String = "text",
        }
    }

    const USERS: u128 = 8;

    /// A store in a file with some users, the world's file, and the folder that goes with the test.
    async fn store() -> (Store, String, tempfile::TempDir) {
        let schema = Schema::from_iter([Part { api: "notes", facet: Note::TYPE, lists: &[] }]);
        let user = |id| User::new(Uuid::from_u128(id), DateTime { ticks: 1, ..DateTime::MIN });
        let mut seed = schema.empty_document();
        seed.users = (1..=USERS).map(|id| UserRecord::from(user(id)).with(&Note::default())).collect();
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("users.db").display());
        let store = Store::open(&url, &schema, &seed, Limits::default()).await.unwrap();
        let file = store.read(&WorldName::main()).await.unwrap().connection().path().unwrap().to_owned();
        (store, file, folder)
    }

    fn rename(transaction: &mut Transaction, id: u128, name: &str) {
        let before = transaction.find::<Note>(Uuid::from_u128(id)).unwrap().unwrap();
        let mut after = before.user.clone();
        after.shared.display_name = Some(name.to_owned());
        transaction.change(&before, &after).unwrap();
    }

    fn name(transaction: &mut Transaction, id: u128) -> Option<String> {
        transaction.find::<Note>(Uuid::from_u128(id)).unwrap().unwrap().user.shared.display_name
    }

    /// The users with a name, as another process finds them.
    fn named(file: &str) -> i64 {
        let other = Connection::open(file).unwrap();
        other.query_row("select count(display_name) from user", [], |row| row.get(0)).unwrap()
    }

    async fn changing(store: &Store, id: u128) -> impl Future<Output = Result<(), StoreError>> + use<> {
        let mut transaction = store.write(&WorldName::main()).await.unwrap();
        rename(&mut transaction, id, "new");
        transaction.commit_together()
    }

    /// A change that waits to be committed.
    async fn waiting(store: &Store, id: u128) -> impl Future<Output = Result<(), StoreError>> + Unpin + use<> {
        let mut change = Box::pin(changing(store, id).await);
        assert!((&mut change).now_or_never().is_none());
        change
    }

    #[tokio::test]
    async fn changes_that_are_ready_together_share_a_commit_and_are_answered_after_it() {
        let (store, file, _folder) = store().await;
        let commits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&commits);
        let hook = move || {
            counted.fetch_add(1, Ordering::Relaxed);
            false
        };
        store.read(&WorldName::main()).await.unwrap().connection().commit_hook(Some(hook)).unwrap();
        let changes = (1..=USERS).map(|id| {
            let (store, file) = (store.clone(), file.clone());
            tokio::spawn(async move {
                changing(&store, id).await.await.unwrap();
                named(&file)
            })
        });
        for seen in changes.collect::<Vec<_>>() {
            assert_eq!(seen.await.unwrap(), i64::try_from(USERS).unwrap());
        }
        assert_eq!(commits.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn who_reads_the_world_sees_only_what_is_committed() {
        let (store, file, _folder) = store().await;
        let change = waiting(&store, 1).await;
        assert_eq!(named(&file), 0);
        let mut reader = store.read(&WorldName::main()).await.unwrap();
        assert_eq!((named(&file), name(&mut reader, 1).as_deref()), (1, Some("new")));
        drop(reader);
        change.await.unwrap();
    }

    #[tokio::test]
    async fn a_change_that_fails_is_undone_alone() {
        let (store, file, _folder) = store().await;
        let first = waiting(&store, 1).await;
        let mut failing = store.write(&WorldName::main()).await.unwrap();
        assert_eq!(name(&mut failing, 1).as_deref(), Some("new"));
        rename(&mut failing, 2, "undone");
        drop(failing);
        // Its answer may have told of the first one.
        assert_eq!(named(&file), 1);
        first.await.unwrap();
        let mut reader = store.read(&WorldName::main()).await.unwrap();
        assert_eq!((name(&mut reader, 1).as_deref(), name(&mut reader, 2)), (Some("new"), None));
    }

    #[tokio::test]
    async fn a_commit_at_once_takes_the_group_with_it() {
        let (store, file, _folder) = store().await;
        let first = waiting(&store, 1).await;
        let mut second = store.write(&WorldName::main()).await.unwrap();
        rename(&mut second, 2, "new");
        second.commit().unwrap();
        assert_eq!(named(&file), 2);
        first.await.unwrap();
    }

    #[tokio::test]
    async fn a_change_whose_client_hung_up_is_committed_with_the_others() {
        let (store, file, _folder) = store().await;
        drop(waiting(&store, 1).await);
        changing(&store, 2).await.await.unwrap();
        assert_eq!(named(&file), 2);
    }

    #[tokio::test]
    async fn nobody_is_told_of_success_when_the_group_is_lost() {
        let (store, file, _folder) = store().await;
        let changes = [waiting(&store, 1).await, waiting(&store, 2).await];
        let joined = store.write(&WorldName::main()).await.unwrap();
        std::fs::remove_file(&file).unwrap();
        drop(joined);
        for change in changes {
            let error = change.await.unwrap_err();
            assert!(StoreError::with_causes(&error).contains("removed or replaced"), "{error}");
        }
        assert!(store.read(&WorldName::main()).await.is_err());
    }

    #[tokio::test]
    async fn a_reset_takes_the_place_of_changes_that_wait() {
        let (store, _, _folder) = store().await;
        let main = WorldName::main();
        let change = waiting(&store, 1).await;
        store.reset(&main, None).await.unwrap();
        assert_eq!(name(&mut store.read(&main).await.unwrap(), 1), None);
        change.await.unwrap();
    }

    #[tokio::test]
    async fn who_joins_a_group_sees_what_another_process_wrote_before_it() {
        let (store, file, _folder) = store().await;
        assert_eq!(name(&mut store.read(&WorldName::main()).await.unwrap(), 1), None);
        Connection::open(&file).unwrap().execute("update user set display_name = 'elsewhere'", []).unwrap();
        // It looks at no user.
        let mut first = store.write(&WorldName::main()).await.unwrap();
        first.run("update user set modified_at = 2 where number = 2", []).unwrap();
        let mut first = std::pin::pin!(first.commit_together());
        assert!((&mut first).now_or_never().is_none());
        let mut joined = store.write(&WorldName::main()).await.unwrap();
        assert_eq!(name(&mut joined, 1).as_deref(), Some("elsewhere"));
        drop(joined);
        first.await.unwrap();
    }
}
