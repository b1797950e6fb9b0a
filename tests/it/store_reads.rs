//! A user that is read by its key is equal to its row in the table, however it was changed and however often it was
//! read before: a remembered user is never out of date.

use crate::store::{everywhere, memory, moment, name, seen_by, shared, user, with_users};
use crate::twin::schema;
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use usertwin::apis::admin_users::facet::AdminUsersFacet;
use usertwin::apis::expoints::facet::ExpointsFacet;
use usertwin::apis::pbnb::facet::{PbnbFacet, PbnbUser};
use usertwin::apis::reseller::facet::ResellerFacet;
use usertwin::contract::Facet;
use usertwin::model::{UserRecord, UserWith};
use usertwin::store::{FacetUpdate, Keep, Store, Transaction, WorldName};
use uuid::Uuid;

const USERS: i32 = 4;
const TENANT: Uuid = Uuid::from_u128(22);

/// A change of a user; in a list, `true` commits it and `false` undoes it.
#[derive(Debug, Clone)]
enum Deed {
    Change(i32, String),
    Save(i32, String),
    Renumber(i32, i32),
    Detach(i32),
    RemoveFacet(i32, u8),
    Remove(i32),
    Insert(i32),
    Import(i32, String),
    /// By a document with the given number of users.
    Replace(i32, String),
}

fn deeds() -> impl Strategy<Value = Vec<(Deed, bool)>> {
    let number = 1..=USERS;
    let word = "[a-z]{1,5}";
    let deed = prop_oneof![
        4 => (number.clone(), word).prop_map(|(number, word)| Deed::Change(number, word)),
        2 => (number.clone(), word).prop_map(|(number, word)| Deed::Save(number, word)),
        1 => (number.clone(), number.clone()).prop_map(|(number, other)| Deed::Renumber(number, other)),
        1 => number.clone().prop_map(Deed::Detach),
        1 => (number.clone(), 0..4_u8).prop_map(|(number, api)| Deed::RemoveFacet(number, api)),
        1 => number.clone().prop_map(Deed::Remove),
        2 => number.clone().prop_map(Deed::Insert),
        2 => (number, word).prop_map(|(number, word)| Deed::Import(number, word)),
        1 => (0..=USERS, word).prop_map(|(users, word)| Deed::Replace(users, word)),
    ];
    proptest::collection::vec((deed, any::<bool>()), 1..12)
}

/// The user with another display name.
fn renamed<F: Clone>(user: &UserWith<F>, name: &str) -> UserWith<F> {
    let mut user = user.clone();
    user.shared.display_name = Some(name.to_owned());
    user
}

fn run(transaction: &mut Transaction, deed: &Deed) {
    // A deed that is impossible is left out: the test is of the reads afterwards.
    match deed {
        Deed::Change(number, word) => {
            if let Some(before) = transaction.find::<PbnbFacet>((2, *number)).unwrap() {
                transaction.change(&before, &renamed(&before.user, word)).unwrap();
            }
        }
        Deed::Save(number, word) => {
            if let Some(before) = transaction.record(everywhere(*number).shared.id).unwrap() {
                let after = shared(before.record.clone(), |user| user.password = Some(word.clone()));
                transaction.replace_record(&before, &after).unwrap();
            }
        }
        Deed::Renumber(number, other) => {
            if let Some(before) = transaction.find::<PbnbFacet>((2, *number)).unwrap() {
                let mut after = before.user.clone();
                after.facet.user_id = *other;
                if transaction.change(&before, &after).is_err() {
                    // The number is another user's: the change is undone with its transaction.
                    transaction.change(&before, &before.user).unwrap();
                }
            }
        }
        Deed::Detach(number) => {
            if let Some(before) = transaction.find::<ResellerFacet>(everywhere(*number).shared.id).unwrap() {
                let mut after = before.user.clone();
                after.facet.memberships.retain(|membership| membership.tenant != TENANT);
                transaction.change(&before, &after).unwrap();
            }
        }
        Deed::RemoveFacet(number, api) => {
            let facet = schema().facets().nth(usize::from(*api)).unwrap();
            transaction.remove_facet(everywhere(*number).shared.id, facet).unwrap();
        }
        Deed::Remove(number) => {
            transaction.remove_user(everywhere(*number).shared.id).unwrap();
        }
        Deed::Insert(number) => {
            let _ = transaction.insert_all(&[everywhere(*number)]);
        }
        Deed::Import(number, word) => {
            let name = everywhere(*number).shared.username.unwrap();
            if let Some(found) = transaction.numbers_of(&[name]).unwrap().values().next() {
                let facet = everywhere(1).facet::<ExpointsFacet>().unwrap();
                let update = FacetUpdate { number: *found, email: Some(format!("{word}@example.com")), facet };
                transaction.replace_facets(&[update]).unwrap();
            }
        }
        Deed::Replace(users, word) => {
            let users = (1..=*users).map(everywhere);
            let users = users.map(|record| shared(record, |user| user.display_name = Some(word.clone())));
            transaction.replace(&with_users(users.collect())).unwrap();
        }
    }
}

/// Compares every read by key with the whole list, for which each user is read anew.
fn check(transaction: &mut Transaction, when: &str) {
    fn listed<F: Facet>(record: Option<&UserRecord>) -> Option<UserWith<F>> {
        record.filter(|record| record.is_in(F::TYPE.api)).map(seen_by)
    }
    let all = transaction.records().unwrap();
    for number in 1..=USERS {
        let key = |record: &&UserRecord| record.facet::<PbnbFacet>().is_some_and(|facet| facet.user_id == number);
        let expected = listed::<PbnbFacet>(all.iter().find(key));
        assert_eq!(user(transaction.find((2, number))), expected, "PBNB, {when}");
        let id = everywhere(number).shared.id;
        let by_id = all.iter().find(|record| record.shared.id == id);
        assert_eq!(user(transaction.find(id)), listed::<AdminUsersFacet>(by_id), "Admin users, {when}");
        assert_eq!(user(transaction.find(id)), listed::<ResellerFacet>(by_id), "Reseller, {when}");
    }
}

async fn checked(store: &Store, when: &str) {
    // Twice: the second time users come from memory.
    for _ in 0..2 {
        check(&mut store.read(&WorldName::main()).await.unwrap(), when);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_user_read_by_its_key_is_equal_to_its_row_after_any_changes(deeds in deeds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = memory(&with_users((1..=USERS).map(everywhere).collect())).await;
            checked(&store, "at first").await;
            for (deed, kept) in &deeds {
                let mut transaction = store.write(&WorldName::main()).await.unwrap();
                run(&mut transaction, deed);
                check(&mut transaction, &format!("in the transaction, after {deed:?}"));
                if *kept {
                    transaction.commit().unwrap();
                } else {
                    drop(transaction);
                }
                checked(&store, &format!("after {deed:?}, kept: {kept}, of {deeds:?}")).await;
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_user_seen_changed_never_changes_back_while_many_write_and_read() {
    let store = memory(&with_users(vec![everywhere(1)])).await;
    let (written, done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let number = |name: Option<String>| name.and_then(|name| name.parse::<u64>().ok()).unwrap_or(0);
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (store, written, done) = (store.clone(), Arc::clone(&written), Arc::clone(&done));
            tokio::spawn(async move {
                let mut reads = 0;
                while !done.load(Ordering::Acquire) {
                    // A read contains every change that was acknowledged before it began.
                    let at_least = written.load(Ordering::Acquire);
                    let mut transaction = store.read(&WorldName::main()).await.unwrap();
                    let by_key = number(user::<PbnbFacet>(transaction.find((2, 1))).unwrap().shared.display_name);
                    let by_id = number(
                        user::<AdminUsersFacet>(transaction.find(everywhere(1).shared.id)).unwrap().shared.display_name,
                    );
                    assert!(by_key >= at_least && by_id == by_key, "{by_key} and {by_id} after {at_least}");
                    reads += 1;
                    tokio::task::yield_now().await;
                }
                reads
            })
        })
        .collect();
    for turn in 1..=2_000_u64 {
        let mut transaction = store.write(&WorldName::main()).await.unwrap();
        let before = transaction.find::<PbnbFacet>((2, 1)).unwrap().unwrap();
        let after: PbnbUser = renamed(&before.user, &turn.to_string());
        transaction.change(&before, &after).unwrap();
        if turn % 3 == 0 {
            // Undone, and done again.
            drop(transaction);
            let mut transaction = store.write(&WorldName::main()).await.unwrap();
            transaction.change(&before, &after).unwrap();
            transaction.commit().unwrap();
        } else {
            transaction.commit().unwrap();
        }
        written.store(turn, Ordering::Release);
        tokio::task::yield_now().await;
    }
    done.store(true, Ordering::Release);
    for reader in readers {
        assert!(reader.await.unwrap() > 0, "a reader never got its turn");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_that_was_reset_forked_or_dropped_is_read_anew() {
    let store = memory(&with_users(vec![everywhere(1)])).await;
    let (main, other) = (WorldName::main(), name("other"));
    let read = async |world: &WorldName| {
        let found = store.read(world).await.unwrap().find::<PbnbFacet>((2, 1));
        user(found).unwrap().shared.display_name
    };
    let rename = async |world: &WorldName, to: &str| {
        let mut transaction = store.write(world).await.unwrap();
        let before = transaction.find::<PbnbFacet>((2, 1)).unwrap().unwrap();
        let mut after = renamed(&before.user, to);
        after.shared.modified_at = moment();
        transaction.change(&before, &after).unwrap();
        transaction.commit().unwrap();
    };
    let name = |text: &str| Some(text.to_owned());
    assert_eq!(read(&main).await, name("Ada"));
    rename(&main, "one").await;
    assert_eq!(read(&main).await, name("one"));
    store.fork(&main, &other, Keep::Always).await.unwrap();
    rename(&main, "two").await;
    assert_eq!((read(&main).await, read(&other).await), (name("two"), name("one")));
    store.reset(&main, Some(&other)).await.unwrap();
    assert_eq!(read(&main).await, name("one"));
    store.reset(&main, None).await.unwrap();
    assert_eq!(read(&main).await, name("Ada"));
    store.drop_world(&other).await.unwrap();
    assert_eq!(read(&other).await, name("Ada"));
}
