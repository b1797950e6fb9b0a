//! How long a world of 1,000 and of 100,000 users takes to open, fork, reset, change in bulk and drop:
//! `cargo bench --bench worlds` prints it. Every user is in all four APIs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::Instant;
use usertwin::contract::DateTime;
use usertwin::state::{AdminUsersFacet, Document, ExpointsFacet, ExpointsType, Membership, Named, PbnbFacet};
use usertwin::state::{ResellerAccount, ResellerFacet, User};
use usertwin::store::{ExpointsUpdate, Limits, Store, WorldName};
use uuid::Uuid;

const TENANT: Uuid = Uuid::from_u128(21);
const ROLE: Uuid = Uuid::from_u128(31);

fn user(number: i32) -> User {
    let roles = vec!["account.user".to_owned()];
    User {
        username: Some(format!("user{number}")),
        email: Some(format!("user{number}@example.com")),
        display_name: Some("Ada Lovelace".into()),
        password: Some("Engine1842".into()),
        pbnb: Some(PbnbFacet {
            account_id: 2,
            user_id: number,
            access_types: Some(vec![0, 4]),
            ..PbnbFacet::default()
        }),
        reseller: Some(ResellerFacet {
            primary_tenant: TENANT,
            memberships: vec![Membership { tenant: TENANT, roles }],
        }),
        expoints: Some(ExpointsFacet { kind: ExpointsType::External, has_single_active_role: true, roles: vec![ROLE] }),
        admin_users: Some(AdminUsersFacet::default()),
        ..User::new(Uuid::from_u128(0x1000 + u128::from(number.unsigned_abs())), DateTime::MIN)
    }
}

fn document(users: i32) -> Document {
    let mut document = Document { users: (1..=users).map(user).collect(), ..Document::default() };
    document.pbnb_accounts = vec![2];
    document.reseller_accounts.push(ResellerAccount { id: TENANT, name: "Account".into(), enabled: true });
    document.expoints_roles.push(Named { id: ROLE, name: "Role".into() });
    document
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
    let ids = transaction.expoints_find(&names).await.unwrap();
    let facet = ExpointsFacet { kind: ExpointsType::Internal, has_single_active_role: false, roles: vec![] };
    let update = |name| ExpointsUpdate { id: ids[name], email: Some("new".into()), facet: facet.clone() };
    transaction.expoints_replace(&names.iter().map(update).collect::<Vec<_>>()).await.unwrap();
    transaction.commit().await.unwrap();
    timed("bulk change", start);
    let start = Instant::now();
    for number in 1..=1_000.min(users) {
        let mut transaction = store.read(&main).await.unwrap();
        assert!(transaction.pbnb_user(2, number).await.unwrap().is_some());
    }
    timed("1,000 reads", start);
    let start = Instant::now();
    store.drop_world(&main).await.unwrap();
    timed("drop", start);
}
