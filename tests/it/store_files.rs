//! The files of a durable store: leftovers of a kill, of a client that hangs up or of a broken disk do no harm.

use crate::store::{everywhere, name, with_users};
use crate::support::folder::Folder;
use crate::twin::schema;
use std::future::Future;
use std::path::Path;
use std::time::Duration;
use usertwin::model::Document;
use usertwin::store::{Keep, Limits, Store, WorldName};

async fn open(file: &Path, seed: &Document) -> Store {
    Store::open(&format!("sqlite:{}", file.display()), &schema(), seed, Limits::default()).await.unwrap()
}

async fn add(store: &Store, world: &WorldName, number: i32) {
    let mut transaction = store.write(world).await.unwrap();
    transaction.insert_all(&[everywhere(number)]).unwrap();
    transaction.commit().unwrap();
}

async fn count(store: &Store, world: &str) -> usize {
    store.read(&name(world)).await.unwrap().records().unwrap().len()
}

/// As a server does when the client hangs up: the request's work is dropped wherever it stands.
async fn hung_up<T>(request: impl Future<Output = T>, after: Duration) {
    let _ = tokio::time::timeout(after, request).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_after_a_reset_that_hung_up_survives_a_restart() {
    let folder = Folder::new("hung-up-reset");
    let (file, seed, main) = (folder.file("twin.db"), with_users(vec![]), WorldName::main());
    let store = open(&file, &seed).await;
    let unfinished = store.write(&main).await.unwrap();
    hung_up(store.reset(&main, None), Duration::from_millis(300)).await;
    drop(unfinished);
    add(&store, &main, 1).await;
    drop(store);
    assert_eq!(count(&open(&file, &seed).await, "main").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_read_its_seed_gives_no_sign_of_life() {
    let folder = Folder::new("sign-of-life");
    let file = folder.file("twin.db");
    let store = open(&file, &with_users(vec![])).await;
    store.ping().await.unwrap();
    // The seed is the first world that the list names.
    let seed = rusqlite::Connection::open(folder.file("twin.db.worlds/1.db")).unwrap();
    seed.execute_batch("drop table clock").unwrap();
    assert!(store.ping().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_worlds_that_hang_up_at_any_moment_leave_list_and_worlds_consistent() {
    let folder = Folder::new("hung-up");
    let (file, seed) = (folder.file("twin.db"), with_users(vec![]));
    let store = open(&file, &seed).await;
    add(&store, &name("full"), 1).await;
    let worlds: Vec<WorldName> = (0..24).map(|number| name(&format!("w{number}"))).collect();
    for (number, world) in worlds.iter().enumerate() {
        let moment = Duration::from_micros(number as u64 * 60);
        hung_up(store.fork(&name("full"), world, Keep::Always), moment).await;
        hung_up(store.reset(world, Some(&name("full"))), moment).await;
        hung_up(store.drop_world(world), moment).await;
        hung_up(store.clock(world), moment).await;
        hung_up(store.reset(world, None), moment).await;
        add(&store, world, 2).await;
    }
    // Changes that were hung up on go on by themselves; the count is for when the last of them is done.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut before = Vec::new();
    for world in &worlds {
        before.push(count(&store, world.as_str()).await);
    }
    drop(store);
    let store = open(&file, &seed).await;
    for (world, before) in worlds.iter().zip(before) {
        assert_eq!(count(&store, world.as_str()).await, before, "{world}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_no_list_names_are_removed_at_the_next_start_and_no_others() {
    let folder = Folder::new("left-over");
    let (file, seed) = (folder.file("twin.db"), with_users(vec![]));
    let store = open(&file, &seed).await;
    add(&store, &name("kept"), 1).await;
    drop(store);
    let worlds = folder.file("twin.db.worlds");
    for left in ["97.db", "97.db-wal", "98.db-wal", "99.db-shm", "notes.txt", "100.db.copy"] {
        std::fs::write(worlds.join(left), "left").unwrap();
    }
    let store = open(&file, &seed).await;
    assert_eq!(count(&store, "kept").await, 1);
    drop(store);
    let names = worlds.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(names, ["1.db", "100.db.copy", "2.db", "lock", "notes.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leftover_file_is_not_mixed_with_a_new_world_of_its_name() {
    let folder = Folder::new("in-the-way");
    let (file, seed) = (folder.file("twin.db"), with_users(vec![everywhere(1)]));
    let store = open(&file, &seed).await;
    for number in 2..4 {
        for suffix in ["", "-wal", "-shm"] {
            let path = folder.file("twin.db.worlds").join(format!("{number}.db{suffix}"));
            std::fs::write(path, "of a change that failed".repeat(500)).unwrap();
        }
    }
    assert_eq!(count(&store, "new").await, 1);
    add(&store, &name("new"), 2).await;
    drop(store);
    assert_eq!(count(&open(&file, &seed).await, "new").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_whose_file_is_broken_fails_alone_and_a_reset_or_drop_repairs_it() {
    let folder = Folder::new("broken");
    let (file, seed) = (folder.file("twin.db"), with_users(vec![everywhere(1)]));
    let worlds = ["garbage", "empty", "missing", "good"];
    let store = open(&file, &seed).await;
    for world in worlds {
        add(&store, &name(world), 2).await;
    }
    drop(store);
    let path = |number: usize| folder.file("twin.db.worlds").join(format!("{number}.db"));
    std::fs::write(path(2), "not a database".repeat(1000)).unwrap();
    std::fs::write(path(3), "").unwrap();
    std::fs::remove_file(path(4)).unwrap();
    let store = open(&file, &seed).await;
    for (number, world) in (2..).zip(&worlds[..3]) {
        let error = store.read(&name(world)).await.err().unwrap_or_else(|| panic!("{world} was read"));
        assert_eq!(error.to_string(), format!("the database {} failed", path(number).display()));
    }
    let list: Vec<_> = store.worlds().await.unwrap().into_iter().map(|world| (world.name, world.users)).collect();
    let known = |world: &str, users| (name(world), users);
    assert_eq!(list, [known("empty", None), known("garbage", None), known("good", Some(2)), known("missing", None)]);
    store.reset(&name("garbage"), None).await.unwrap();
    store.reset(&name("missing"), Some(&name("good"))).await.unwrap();
    store.drop_world(&name("empty")).await.unwrap();
    assert_eq!(count(&store, "garbage").await, 1);
    assert_eq!(count(&store, "missing").await, 2);
    assert_eq!(count(&store, "empty").await, 1);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_names_the_same_worlds_and_is_kept_from_a_second_server() {
    let folder = Folder::new("linked");
    let (file, link, seed) = (folder.file("twin.db"), folder.file("link.db"), with_users(vec![]));
    let store = open(&file, &seed).await;
    add(&store, &WorldName::main(), 1).await;
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let url = format!("sqlite:{}", link.display());
    let second = Store::open(&url, &schema(), &seed, Limits::default()).await;
    assert!(second.unwrap_err().to_string().contains("another usertwin serves this database"));
    drop(store);
    assert_eq!(count(&open(&link, &seed).await, "main").await, 1);
}

/// The sizes of a world's file and of its log, for the only world that has a log of any length.
fn sizes(worlds: &Path) -> (u64, u64) {
    let files = std::fs::read_dir(worlds).unwrap().filter_map(Result::ok);
    let sized = files.filter_map(|file| Some((file.path(), file.metadata().ok()?.len())));
    let (log, length) =
        sized.filter(|(path, _)| path.to_string_lossy().ends_with("-wal")).max_by_key(|(_, l)| *l).unwrap();
    let file = log.to_string_lossy().trim_end_matches("-wal").to_owned();
    (std::fs::metadata(file).unwrap().len(), length)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_written_back_in_the_background_and_starts_again() {
    const USERS: i32 = 14_000;
    let folder = Folder::new("write-back");
    let (file, main) = (folder.file("twin.db"), WorldName::main());
    let store = open(&file, &with_users(vec![])).await;
    let mut longest = 0;
    for turn in 0..3 {
        // A row for the user and two for its tenants.
        let users: Vec<_> = (0..USERS).map(|number| everywhere(turn * USERS + number)).collect();
        let mut transaction = store.write(&main).await.unwrap();
        transaction.insert_all(&users).unwrap();
        transaction.commit().unwrap();
        let (_, log) = sizes(&folder.file("twin.db.worlds"));
        if turn == 0 {
            longest = log;
        }
        assert!(log < longest * 2, "the log goes on where it was: {log} after {longest}");
        let least = u64::try_from(turn + 1).unwrap() * u64::try_from(USERS).unwrap() * 200;
        let mut patience = 200;
        while sizes(&folder.file("twin.db.worlds")).0 < least {
            patience -= 1;
            assert!(patience > 0, "nothing was written back: {:?}", sizes(&folder.file("twin.db.worlds")));
            tokio::time::sleep(Duration::from_millis(50)).await;
            // Requests go on meanwhile.
            add(&store, &main, 1_000_000 + turn * 1_000 + patience).await;
        }
        // The last of it goes while the world is held; then the log is free.
        drop(store.read(&main).await.unwrap());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let added = count(&store, "main").await;
    drop(store);
    assert_eq!(count(&open(&file, &with_users(vec![])).await, "main").await, added);
}
