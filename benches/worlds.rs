//! How long a world of 1,000 and of 100,000 users takes to open, fork, reset, change in bulk and drop:
//! `cargo bench --bench worlds` prints it. Every user is in all four APIs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::Instant;
use usertwin::model::{Document, ExpointsFacet, ExpointsType};
use usertwin::store::{ExpointsUpdate, Limits, Store, WorldName};

const TENANT: &str = "00000000-0000-4000-8000-000000000021";
const ROLE: &str = "00000000-0000-4000-8000-000000000031";

fn user(number: i32) -> String {
    format!(
        r#"{{"username": "user{number}", "email": "user{number}@example.com", "displayName": "Ada", "password": "Engine1842",
            "pbnb": {{"accountId": 2, "userId": {number}, "accessTypes": ["IPSec_L2TP", "IOT"]}},
            "reseller": {{"primaryTenant": "{TENANT}", "memberships": [{{"tenant": "{TENANT}", "roles": ["account.user"]}}]}},
            "expoints": {{"type": "External", "hasSingleActiveRole": true, "roles": ["{ROLE}"]}}, "adminUsers": {{}}}}"#
    )
}

fn document(users: i32) -> Document {
    let users: Vec<String> = (1..=users).map(user).collect();
    let text = format!(
        r#"{{"users": [{}], "pbnb": {{"accounts": [{{"id": 2}}]}}, "reseller": {{"accounts": [{{"id": "{TENANT}"}}]}},
            "expoints": {{"roles": [{{"id": "{ROLE}", "name": "Role"}}]}},
            "adminUsers": {{"accounts": [{{"id": "{TENANT}", "name": "Main"}}], "languages": [{{"id": "{TENANT}", "name": "English"}}]}}}}"#,
        users.join(",")
    );
    Document::parse(&text).unwrap()
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    // What `cargo test --benches` asks for is only that it starts.
    let sizes: &[i32] = if std::env::args().any(|argument| argument == "--bench") { &[1_000, 100_000] } else { &[10] };
    sizes.iter().for_each(|users| runtime.block_on(measure(*users)));
}

async fn measure(users: i32) {
    let seed = document(users);
    let timed = |what: &str, start: Instant| println!("{users:>7} users  {what:<12} {:?}", start.elapsed());
    let start = Instant::now();
    let store = Store::open("sqlite::memory:", &seed, Limits::default()).await.unwrap();
    timed("open", start);
    let main = WorldName::main();
    let other: WorldName = "other".parse().unwrap();
    let start = Instant::now();
    drop(store.read(&other).await.unwrap());
    timed("birth", start);
    let start = Instant::now();
    store.fork(&other, &main).await.unwrap();
    timed("fork", start);
    let start = Instant::now();
    store.reset(&main, None).await.unwrap();
    timed("reset", start);
    let start = Instant::now();
    let mut transaction = store.write(&main).await.unwrap();
    let names: Vec<String> = (1..=users).map(|number| format!("user{number}")).collect();
    let ids = transaction.expoints_find(&names).unwrap();
    let facet = ExpointsFacet { kind: ExpointsType::Internal, has_single_active_role: false, roles: vec![] };
    let update = |name| ExpointsUpdate { number: ids[name], email: Some("new".into()), facet: facet.clone() };
    transaction.expoints_replace(&names.iter().map(update).collect::<Vec<_>>()).unwrap();
    transaction.commit().unwrap();
    timed("bulk change", start);
    let start = Instant::now();
    for number in 1..=1_000.min(users) {
        let mut transaction = store.read(&main).await.unwrap();
        assert!(transaction.pbnb_user(2, number).unwrap().is_some());
    }
    timed("1,000 reads", start);
    let start = Instant::now();
    store.drop_world(&main).await.unwrap();
    timed("drop", start);
}
