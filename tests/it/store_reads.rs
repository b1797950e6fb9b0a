//! A user that is read by its key is what the table holds, whoever changed it in whatever way, however often it was
//! read before: what the store remembers of its users is never seen to be old.

use crate::store::{everywhere, memory, moment, name, seen_by, user, with_users};
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use usertwin::model::{Api, User};
use usertwin::store::{ExpointsUpdate, Store, Transaction, WorldName};
use uuid::Uuid;

const USERS: i32 = 4;
const TENANT: Uuid = Uuid::from_u128(22);

/// Something that is done to a user; `true` keeps it, `false` takes it back.
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
    /// By so many users.
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

fn run(transaction: &mut Transaction, deed: &Deed) {
    // What cannot be done is left; the reads afterwards are what is tested.
    match deed {
        Deed::Change(number, word) => {
            if let Some(before) = transaction.pbnb_user(2, *number).unwrap() {
                let after = User { display_name: Some(word.clone()), ..before.user.clone() };
                transaction.change(&before, &after).unwrap();
            }
        }
        Deed::Save(number, word) => {
            if let Some(before) = transaction.user(everywhere(*number).id).unwrap() {
                transaction.save(&User { password: Some(word.clone()), ..before }).unwrap();
            }
        }
        Deed::Renumber(number, other) => {
            if let Some(before) = transaction.pbnb_user(2, *number).unwrap() {
                let mut after = before.user.clone();
                after.pbnb.as_mut().unwrap().user_id = *other;
                let _ = transaction.change(&before, &after);
            }
        }
        Deed::Detach(number) => {
            if let Some(before) = transaction.reseller_user(TENANT, everywhere(*number).id).unwrap() {
                let mut after = before.user.clone();
                after.reseller.as_mut().unwrap().memberships.retain(|membership| membership.tenant != TENANT);
                transaction.change(&before, &after).unwrap();
            }
        }
        Deed::RemoveFacet(number, api) => {
            transaction.remove_facet(everywhere(*number).id, Api::ALL[usize::from(*api)]).unwrap();
        }
        Deed::Remove(number) => {
            transaction.remove_user(everywhere(*number).id).unwrap();
        }
        Deed::Insert(number) => {
            let _ = transaction.insert(&everywhere(*number));
        }
        Deed::Import(number, word) => {
            let name = everywhere(*number).username.unwrap();
            if let Some(found) = transaction.find_usernames(&[name]).unwrap().values().next() {
                let facet = everywhere(1).expoints.unwrap();
                let update = ExpointsUpdate { number: *found, email: Some(format!("{word}@example.com")), facet };
                transaction.expoints_replace(&[update]).unwrap();
            }
        }
        Deed::Replace(users, word) => {
            let users = (1..=*users).map(|number| User { display_name: Some(word.clone()), ..everywhere(number) });
            transaction.replace(&with_users(users.collect())).unwrap();
        }
    }
}

/// Every read by key beside the whole list, in which each user is read anew.
fn check(transaction: &mut Transaction, when: &str) {
    let all = transaction.users().unwrap();
    for number in 1..=USERS {
        let key = |user: &&User| user.pbnb.as_ref().is_some_and(|facet| facet.user_id == number);
        let listed = all.iter().find(key).map(|user| seen_by(Api::Pbnb, user));
        assert_eq!(user(transaction.pbnb_user(2, number)), listed, "PBNB, {when}");
        let id = everywhere(number).id;
        let by_id = all.iter().find(|user| user.id == id);
        let listed = by_id.filter(|user| user.is_in(Api::AdminUsers)).map(|user| seen_by(Api::AdminUsers, user));
        assert_eq!(user(transaction.admin_user(id)), listed, "Admin users, {when}");
        let member = |user: &&User| {
            user.reseller.as_ref().is_some_and(|facet| facet.memberships.iter().any(|one| one.tenant == TENANT))
        };
        let listed = by_id.filter(member).map(|user| seen_by(Api::Reseller, user));
        assert_eq!(user(transaction.reseller_user(TENANT, id)), listed, "Reseller, {when}");
    }
}

async fn checked(store: &Store, when: &str) {
    // Twice: the second time from memory.
    for _ in 0..2 {
        check(&mut store.read(&WorldName::main()).await.unwrap(), when);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_user_read_by_its_key_is_what_the_table_holds_whatever_was_done_before(deeds in deeds()) {
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
    let number = |user: User| user.display_name.and_then(|name| name.parse::<u64>().ok()).unwrap_or(0);
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (store, written, done) = (store.clone(), Arc::clone(&written), Arc::clone(&done));
            tokio::spawn(async move {
                let mut reads = 0;
                while !done.load(Ordering::Acquire) {
                    // Whatever was acknowledged before a read began is in it.
                    let at_least = written.load(Ordering::Acquire);
                    let mut transaction = store.read(&WorldName::main()).await.unwrap();
                    let by_key = number(user(transaction.pbnb_user(2, 1)).unwrap());
                    let by_id = number(user(transaction.admin_user(everywhere(1).id)).unwrap());
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
        let before = transaction.pbnb_user(2, 1).unwrap().unwrap();
        let after = User { display_name: Some(turn.to_string()), ..before.user.clone() };
        transaction.change(&before, &after).unwrap();
        if turn % 3 == 0 {
            // Taken back, and done again.
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
    let read = async |world: &WorldName| user(store.read(world).await.unwrap().pbnb_user(2, 1)).unwrap().display_name;
    let rename = async |world: &WorldName, to: &str| {
        let mut transaction = store.write(world).await.unwrap();
        let before = transaction.pbnb_user(2, 1).unwrap().unwrap();
        let after = User { display_name: Some(to.into()), modified_at: moment(), ..before.user.clone() };
        transaction.change(&before, &after).unwrap();
        transaction.commit().unwrap();
    };
    let name = |text: &str| Some(text.to_owned());
    assert_eq!(read(&main).await, name("Ada"));
    rename(&main, "one").await;
    assert_eq!(read(&main).await, name("one"));
    store.fork(&main, &other).await.unwrap();
    rename(&main, "two").await;
    assert_eq!((read(&main).await, read(&other).await), (name("two"), name("one")));
    store.reset(&main, Some(&other)).await.unwrap();
    assert_eq!(read(&main).await, name("one"));
    store.reset(&main, None).await.unwrap();
    assert_eq!(read(&main).await, name("Ada"));
    store.drop_world(&other).await.unwrap();
    assert_eq!(read(&other).await, name("Ada"));
}
