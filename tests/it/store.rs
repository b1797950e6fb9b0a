//! The store: worlds that never see each other, users with four facets, and files that keep everything committed.

use crate::support::folder::Folder;
use crate::twin::schema;
use usertwin::apis::admin_users::facet::{self as admin_users, AdminUsersFacet};
use usertwin::apis::expoints::facet::{self as expoints, ExpointsFacet, UserType};
use usertwin::apis::pbnb::contract::{Auth, ClientAccessTypes, Status};
use usertwin::apis::pbnb::facet::{self as pbnb, PbnbFacet, UserDefaults};
use usertwin::apis::reseller::facet::{self as reseller, Membership, ResellerFacet};
use usertwin::contract::{DateTime, DateTimeKind, EnumMap, Facet};
use usertwin::model::clock::Clock;
use usertwin::model::{Client, Document, Token, TokenState, User, UserRecord, UserWith, folded};
use usertwin::store::{Conflict, FacetUpdate, Keep, Limits, Page, Store, StoreError, Stored, Transaction, WorldName};
use uuid::Uuid;

pub fn name(text: &str) -> WorldName {
    text.parse().unwrap()
}

pub fn moment() -> DateTime {
    DateTime { ticks: 638_472_103_693_595_132, kind: DateTimeKind::Utc }
}

/// A user in all four APIs; every member differs from its default.
pub fn everywhere(number: i32) -> UserRecord {
    let shared = User {
        username: Some(format!("Üser{number}")),
        email: Some(format!("User{number}@example.com")),
        display_name: Some("Ada".into()),
        password: Some("Engine1842".into()),
        enabled: false,
        ..User::new(Uuid::from_u128(0x1000 + number as u128), moment())
    };
    UserRecord::from(shared)
        .with(&PbnbFacet {
            account_id: 2,
            user_id: number,
            status: Status::Deleted,
            auth: Auth::SSO,
            max_denials: Some(2),
            reset_period: None,
            private_username: Some("p".into()),
            access_types: Some([0, 4, 99].map(ClientAccessTypes).to_vec()),
            voucher_id: 5,
            resource_ids: EnumMap(vec![
                (ClientAccessTypes::IOT, Uuid::from_u128(4)),
                (ClientAccessTypes::IPSec_L2TP, Uuid::from_u128(5)),
            ]),
            provisioning_id: Uuid::from_u128(6),
            access_group_id: None,
            role_id: Some(1),
        })
        .with(&ResellerFacet {
            primary_tenant: Uuid::from_u128(21),
            memberships: vec![
                Membership { tenant: Uuid::from_u128(22), roles: vec!["account.user".into()] },
                Membership { tenant: Uuid::from_u128(21), roles: vec![] },
            ],
        })
        .with(&ExpointsFacet {
            kind: UserType::External,
            has_single_active_role: true,
            roles: vec![Uuid::from_u128(32), Uuid::from_u128(31)],
        })
        .with(&AdminUsersFacet {
            account_id: Uuid::from_u128(41),
            admin_user: true,
            agreement_date: Some(moment()),
            dpa_version: Some("1".into()),
            language_id: Uuid::from_u128(51),
            pin: Some("1234".into()),
            locked: true,
            super_user: true,
            ..AdminUsersFacet::default()
        })
}

/// A user that no API shows.
pub fn nobody(id: u128) -> UserRecord {
    User::new(Uuid::from_u128(id), moment()).into()
}

/// The user with other shared members.
pub fn shared(mut record: UserRecord, change: impl FnOnce(&mut User)) -> UserRecord {
    change(&mut record.shared);
    record
}

/// A user as one API reads it.
pub fn seen_by<F: Facet>(record: &UserRecord) -> UserWith<F> {
    UserWith { shared: record.shared.clone(), facet: record.facet().unwrap() }
}

/// The user that was found.
pub fn user<F>(found: Result<Option<Stored<F>>, StoreError>) -> Option<UserWith<F>> {
    found.unwrap().map(|stored| stored.user)
}

/// The users of a list.
fn users<F>(found: Result<Vec<Stored<F>>, StoreError>) -> Vec<UserWith<F>> {
    found.unwrap().into_iter().map(|stored| stored.user).collect()
}

/// The whole user of an id.
fn whole(transaction: &mut Transaction, id: Uuid) -> Option<UserRecord> {
    transaction.record(id).unwrap().map(|stored| stored.record)
}

/// The members of a Reseller tenant.
fn members(transaction: &mut Transaction, tenant: u128) -> Vec<UserWith<ResellerFacet>> {
    users(transaction.members(Uuid::from_u128(tenant), Page::All))
}

pub fn with_users(users: Vec<UserRecord>) -> Document {
    let mut document = schema().empty_document();
    document.users = users;
    let accounts = [(7, 0), (2, 0b10_0000_0001)];
    document.set_items(&accounts.map(|(id, flags)| pbnb::Account {
        id,
        user_defaults: UserDefaults(flags),
        ..pbnb::Account::default()
    }));
    document.set_items(&[pbnb::Role { id: 1, name: "Administrator".into() }]);
    document.set_items(&[21, 22].map(|id| reseller::Account {
        enabled: id == 21,
        description: Some("Rührt \"sich\"".into()),
        reference: (id == 21).then(|| "R".into()),
        timezone: (id == 22).then(|| "Europe/London".into()),
        country_code: Some("GB".into()),
        parent_tenant: (id == 22).then(|| Uuid::from_u128(23)),
        created_at: moment(),
        ..reseller::Account::new(Uuid::from_u128(id), "Account")
    }));
    let role = |(id, name): (u128, &str)| expoints::Role { id: Uuid::from_u128(id), name: name.into() };
    document.set_items(&[(32, "Zwei"), (31, "Één")].map(role));
    document.set_items(&[admin_users::Account {
        id: Uuid::from_u128(41),
        name: "Main".into(),
        ..admin_users::Account::default()
    }]);
    document.set_items(&[admin_users::Language { id: Uuid::from_u128(51), name: "English".into() }]);
    document.tokens = vec![
        Token { token: "good".into(), ..Token::default() },
        Token {
            token: "readonly".into(),
            state: TokenState::ReadOnly,
            apis: Some(vec!["expoints"]),
            expires_at: Some(moment()),
            client: Some("app".into()),
            user: Some(Uuid::from_u128(1)),
            password: Some("fingerprint".into()),
            scope: Some("one two".into()),
        },
    ];
    document.clients =
        vec![Client { api: "expoints", client_id: "app".into(), client_secret: "secret".into(), read_only: true }];
    document
}

pub async fn memory(seed: &Document) -> Store {
    Store::open("sqlite::memory:", &schema(), seed, Limits::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_starts_as_the_seed_member_for_member() {
    let seed = with_users(vec![everywhere(2), everywhere(1), nobody(9)]);
    let store = memory(&seed).await;
    let mut transaction = store.read(&name("fresh")).await.unwrap();
    assert_eq!(transaction.export().unwrap(), seed);
    assert_eq!(transaction.lists().unwrap(), with_users(vec![]));
    assert_eq!(user::<PbnbFacet>(transaction.find((2, 1))), Some(seen_by(&seed.users[1])));
    assert_eq!(user::<PbnbFacet>(transaction.find((7, 1))), None);
    let id = seed.users[0].shared.id;
    assert_eq!(user::<AdminUsersFacet>(transaction.find(id)), Some(seen_by(&seed.users[0])));
    assert_eq!(user::<AdminUsersFacet>(transaction.find(Uuid::from_u128(9))), None);
    assert_eq!(user::<ResellerFacet>(transaction.find(id)), Some(seen_by(&seed.users[0])));
    assert_eq!(members(&mut transaction, 22), [seen_by(&seed.users[0]), seen_by(&seed.users[1])]);
    assert_eq!(members(&mut transaction, 23), []);
    let both = [&seed.users[0], &seed.users[1]];
    assert_eq!(users::<AdminUsersFacet>(transaction.all()), both.map(seen_by));
    assert_eq!(users::<AdminUsersFacet>(transaction.members(Uuid::from_u128(41), Page::All)), both.map(seen_by));
    assert_eq!(users::<ExpointsFacet>(transaction.all()), both.map(seen_by));
    let by_number = [1, 2].map(|number| seen_by::<PbnbFacet>(&everywhere(number)));
    assert_eq!(users(transaction.members(2, Page::All)), by_number);
    assert_eq!(transaction.next_number::<PbnbFacet>(2).unwrap(), 3);
    assert_eq!(transaction.next_number::<PbnbFacet>(7).unwrap(), 1);
    let accounts = [7, 8].map(|id| transaction.item::<pbnb::Account>(id).unwrap().map(|account| account.id));
    assert_eq!(accounts, [Some(7), None]);
    assert_eq!(transaction.member_count::<PbnbFacet>(2).unwrap(), 2);
    let second = Page::Part { offset: 1, limit: 5 };
    assert_eq!(users::<PbnbFacet>(transaction.members(2, second)), [seen_by(&everywhere(2))]);
    let roles = transaction.items::<expoints::Role>(Page::All).unwrap();
    assert_eq!(roles, seed.items::<expoints::Role>());
    assert_eq!(transaction.token("readonly").unwrap().as_deref(), Some(&seed.tokens[1]));
    assert_eq!(transaction.token("Readonly").unwrap(), None);
    assert_eq!(transaction.client("expoints", "app").unwrap().as_ref(), Some(&seed.clients[0]));
    assert_eq!(transaction.client("reseller", "app").unwrap(), None);
    let language = transaction.item::<admin_users::Language>(Uuid::from_u128(51)).unwrap();
    assert_eq!(language.as_deref(), seed.items().first());
    let found = transaction.find_by_email::<ResellerFacet>("user1@EXAMPLE.com", Uuid::from_u128(22));
    assert_eq!(user(found), Some(seen_by(&seed.users[1])));
    assert_eq!(whole(&mut transaction, seed.users[1].shared.id).as_ref(), Some(&seed.users[1]));
    assert_eq!(user(transaction.find_by_username::<PbnbFacet>("üSER1")), Some(seen_by(&seed.users[1])));
}

#[tokio::test(flavor = "multi_thread")]
async fn usernames_are_unique_without_regard_to_case_and_others_may_share_everything_else() {
    let store = memory(&with_users(vec![everywhere(1)])).await;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    assert!(transaction.username_taken("ÜSER1", Uuid::nil()).unwrap());
    assert!(!transaction.username_taken("ÜSER1", everywhere(1).shared.id).unwrap());
    let same_name = shared(nobody(1), |user| user.username = Some("üser1".into()));
    let same_id = User::new(everywhere(1).shared.id, moment()).into();
    let same_number = shared(everywhere(1), |user| (user.username, user.id) = (None, Uuid::from_u128(2)));
    let taken = [(same_name, Conflict::Username), (same_id, Conflict::Id), (same_number, Conflict::Key("pbnb"))];
    for (record, expected) in taken {
        let refused = transaction.insert_all(&[record]);
        assert!(matches!(refused, Err(StoreError::Conflict(conflict)) if conflict == expected), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replacing_a_user_changes_it_alone_and_where_it_is_found() {
    let store = memory(&with_users(vec![everywhere(1), everywhere(2)])).await;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    let before = transaction.record(everywhere(1).shared.id).unwrap().unwrap();
    let mut changed = shared(everywhere(1), |user| user.email = None);
    changed.remove("pbnb");
    let mut facet = changed.facet::<ResellerFacet>().unwrap();
    facet.memberships.remove(0);
    changed.set(&facet);
    transaction.replace_record(&before, &changed).unwrap();
    transaction.commit().unwrap();

    let mut transaction = store.read(&WorldName::main()).await.unwrap();
    assert_eq!(whole(&mut transaction, changed.shared.id).as_ref(), Some(&changed));
    assert_eq!(whole(&mut transaction, everywhere(2).shared.id), Some(everywhere(2)));
    assert_eq!(members(&mut transaction, 22), [seen_by(&everywhere(2))]);
    assert_eq!(users::<PbnbFacet>(transaction.members(2, Page::All)), [seen_by(&everywhere(2))]);
    drop(transaction);

    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    let before = transaction.record(changed.shared.id).unwrap().unwrap();
    transaction.replace_record(&before, &everywhere(1)).unwrap();
    assert_eq!(whole(&mut transaction, changed.shared.id), Some(everywhere(1)));
    assert_eq!(user::<PbnbFacet>(transaction.find((2, 1))), Some(seen_by(&everywhere(1))));
    transaction.remove_user(changed.shared.id).unwrap();
    let gone = transaction.replace_record(&before, &changed);
    assert!(matches!(gone, Err(StoreError::NotFound("user"))), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_keeps_names_keys_and_tenants_where_they_are_found() {
    let store = memory(&with_users(vec![everywhere(1), everywhere(2)])).await;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    let before = transaction.find::<PbnbFacet>((2, 1)).unwrap().unwrap();
    let mut renamed = before.user.clone();
    (renamed.shared.username, renamed.shared.email) = (Some("New".into()), Some("new@example.com".into()));
    renamed.facet.user_id = 9;
    transaction.change(&before, &renamed).unwrap();
    let before = transaction.find::<ResellerFacet>(everywhere(1).shared.id).unwrap().unwrap();
    let mut moved = before.user.clone();
    moved.facet.memberships.remove(0);
    transaction.change(&before, &moved).unwrap();
    transaction.commit().unwrap();
    let after = everywhere(1).with(&renamed.facet).with(&moved.facet);
    let after = shared(after, |user| {
        (user.username, user.email) = (Some("New".into()), Some("new@example.com".into()));
    });
    let mut transaction = store.read(&WorldName::main()).await.unwrap();
    assert_eq!(whole(&mut transaction, after.shared.id).as_ref(), Some(&after));
    assert_eq!(user(transaction.find_by_username::<PbnbFacet>("nEW")), Some(seen_by(&after)));
    assert_eq!(user(transaction.find_by_username::<PbnbFacet>("üser1")), None);
    let found = transaction.find_by_email::<ResellerFacet>("NEW@example.com", Uuid::from_u128(21));
    assert_eq!(user(found), Some(seen_by(&after)));
    assert_eq!(user::<PbnbFacet>(transaction.find((2, 9))), Some(seen_by(&after)));
    assert_eq!(user::<PbnbFacet>(transaction.find((2, 1))), None);
    assert_eq!(members(&mut transaction, 22), [seen_by(&everywhere(2))]);
    drop(transaction);
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    let stored = transaction.find::<AdminUsersFacet>(after.shared.id).unwrap().unwrap();
    let mut taken = stored.user.clone();
    taken.shared.username = Some("ÜSER2".into());
    let refused = transaction.change(&stored, &taken);
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Username))), "{refused:?}");
    transaction.remove_user(after.shared.id).unwrap();
    assert!(matches!(transaction.change(&stored, &stored.user), Err(StoreError::NotFound("user"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_facets_is_gone() {
    let store = memory(&with_users(vec![everywhere(1)])).await;
    let id = everywhere(1).shared.id;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    for facet in schema().facets() {
        let user = whole(&mut transaction, id).expect("still in another API");
        assert!(user.is_in(facet.api));
        assert!(transaction.remove_facet(id, facet).unwrap());
        assert!(!transaction.remove_facet(id, facet).unwrap());
    }
    assert_eq!(whole(&mut transaction, id), None);
    assert_eq!(members(&mut transaction, 22), []);
    transaction.insert_all(&[everywhere(1)]).unwrap();
    assert!(transaction.remove_user(id).unwrap());
    assert!(!transaction.remove_user(id).unwrap());
    assert_eq!(transaction.export().unwrap(), with_users(vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_item_is_kept_and_not_found() {
    let store = memory(&with_users(vec![])).await;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    let id = Uuid::from_u128(21);
    let account = transaction.item::<reseller::Account>(id).unwrap().unwrap();
    let deleted = reseller::Account { deleted: true, ..reseller::Account::clone(&account) };
    transaction.save_item(&deleted).unwrap();
    assert_eq!(transaction.item::<reseller::Account>(id).unwrap(), None);
    let left = transaction.items::<reseller::Account>(Page::All).unwrap();
    assert_eq!(left.iter().map(|account| account.id).collect::<Vec<_>>(), [Uuid::from_u128(22)]);
    assert_eq!(transaction.items::<reseller::Account>(Page::FIRST).unwrap(), left);
    assert_eq!(transaction.export().unwrap().items::<reseller::Account>()[0], deleted);
    drop(transaction);
    let found = store.read(&WorldName::main()).await.unwrap().item::<reseller::Account>(id).unwrap();
    assert_eq!(found, Some(account), "a change that was undone is not remembered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_dropped_leaves_no_trace() {
    let store = memory(&with_users(vec![everywhere(1)])).await;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    transaction.remove_user(everywhere(1).shared.id).unwrap();
    transaction.set_clock(Clock::Frozen(1)).unwrap();
    drop(transaction);
    let mut transaction = store.read(&WorldName::main()).await.unwrap();
    assert_eq!(transaction.export().unwrap(), with_users(vec![everywhere(1)]));
    assert_eq!(transaction.clock(), Clock::Real);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_the_one_last_committed_although_it_was_read_before() {
    let store = memory(&with_users(vec![])).await;
    let main = WorldName::main();
    let revoked = Token { state: TokenState::Revoked, ..with_users(vec![]).tokens[0].clone() };
    let issued = Token { token: "new".into(), ..revoked.clone() };
    let state = |token: Option<std::sync::Arc<Token>>| token.map(|token| token.state);
    for commits in [false, true] {
        let mut transaction = store.read(&main).await.unwrap();
        assert_eq!(state(transaction.token("good").unwrap()), Some(TokenState::Valid));
        assert_eq!(transaction.token("new").unwrap(), None);
        drop(transaction);
        let mut transaction = store.write(&main).await.unwrap();
        transaction.save_token(&revoked).unwrap();
        transaction.save_token(&issued).unwrap();
        assert_eq!(state(transaction.token("good").unwrap()), Some(TokenState::Revoked));
        assert!(transaction.token("new").unwrap().is_some());
        if commits {
            transaction.commit().unwrap();
        }
    }
    assert_eq!(state(store.read(&main).await.unwrap().token("good").unwrap()), Some(TokenState::Revoked));
    assert!(store.read(&main).await.unwrap().token("new").unwrap().is_some());
    store.reset(&main, None).await.unwrap();
    assert_eq!(state(store.read(&main).await.unwrap().token("good").unwrap()), Some(TokenState::Valid));
    let mut transaction = store.write(&main).await.unwrap();
    transaction.replace(&schema().empty_document()).unwrap();
    transaction.commit().unwrap();
    assert_eq!(store.read(&main).await.unwrap().token("good").unwrap(), None);
}

/// A writer changes a token step by step while a reader reads it: no read returns an earlier step than the read before.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_seen_changed_never_changes_back_by_itself() {
    let store = memory(&with_users(vec![])).await;
    let good = with_users(vec![]).tokens[0].clone();
    let step = |n: i64| Token { expires_at: Some(DateTime { ticks: n, ..moment() }), ..good.clone() };
    let writer = {
        let (store, steps) = (store.clone(), (1..=500).map(step).collect::<Vec<_>>());
        tokio::spawn(async move {
            for token in steps {
                let mut transaction = store.write(&WorldName::main()).await.unwrap();
                transaction.save_token(&token).unwrap();
                transaction.commit().unwrap();
            }
        })
    };
    let mut last = 0;
    while last < 500 {
        let token = store.read(&WorldName::main()).await.unwrap().token("good").unwrap().unwrap();
        let now = token.expires_at.map_or(0, |at| at.ticks);
        assert!(now >= last, "{now} after {last}");
        last = now;
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn worlds_changed_in_parallel_never_see_each_other() {
    let store = memory(&with_users(vec![])).await;
    let worlds = [name("left"), name("right")];
    let tasks: Vec<_> = (0..40)
        .map(|step| {
            let (store, world) = (store.clone(), worlds[step % 2].clone());
            tokio::spawn(async move {
                let mut transaction = store.write(&world).await.unwrap();
                let username = format!("{world}-{step}");
                let user = shared(nobody(step as u128 / 2), |user| user.username = Some(username));
                transaction.insert_all(&[user]).unwrap();
                transaction.commit().unwrap();
                let mut transaction = store.read(&world).await.unwrap();
                let users = transaction.records().unwrap();
                let own = |user: &UserRecord| user.shared.username.as_ref().unwrap().starts_with(world.as_str());
                assert!(users.iter().all(own), "{users:?}");
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for world in &worlds {
        assert_eq!(store.read(world).await.unwrap().records().unwrap().len(), 20);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_racing_for_a_new_world_get_one_copy() {
    let folder = Folder::new("race");
    for url in ["sqlite::memory:".to_owned(), folder.database("store.db")] {
        let store = Store::open(&url, &schema(), &with_users(vec![everywhere(1)]), Limits::default()).await.unwrap();
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.read(&name("new")).await.unwrap().records().unwrap() })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), [everywhere(1)]);
        }
        let worlds: Vec<_> = store.worlds().await.unwrap().into_iter().map(|w| (w.name, w.users)).collect();
        assert_eq!(worlds, [(name("new"), Some(1))]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fork_reset_and_drop_work_on_whole_worlds() {
    let seed = with_users(vec![everywhere(1)]);
    let store = memory(&seed).await;
    let (main, snapshot, other) = (WorldName::main(), name("snap"), name("other"));
    let mut transaction = store.write(&main).await.unwrap();
    transaction.insert_all(&[everywhere(2)]).unwrap();
    transaction.set_clock(Clock::Frozen(5_000)).unwrap();
    transaction.commit().unwrap();
    let changed = store.read(&main).await.unwrap().export().unwrap();

    store.fork(&main, &snapshot, Keep::Always).await.unwrap();
    assert!(matches!(store.fork(&main, &snapshot, Keep::Always).await, Err(StoreError::Conflict(Conflict::World))));
    store.reset(&main, None).await.unwrap();
    assert_eq!(store.read(&main).await.unwrap().export().unwrap(), seed);
    assert_eq!(store.read(&snapshot).await.unwrap().export().unwrap(), changed);
    store.reset(&main, Some(&snapshot)).await.unwrap();
    assert_eq!(store.read(&main).await.unwrap().export().unwrap(), changed);
    assert_eq!(store.clock(&main).await.unwrap(), Clock::Frozen(5_000));
    assert!(matches!(store.reset(&main, Some(&other)).await, Err(StoreError::NotFound("world"))));

    store.drop_world(&snapshot).await.unwrap();
    assert!(matches!(store.drop_world(&snapshot).await, Err(StoreError::NotFound("world"))));
    assert_eq!(store.read(&snapshot).await.unwrap().export().unwrap(), seed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_worlds_brings_no_dropped_one_back() {
    let store = memory(&with_users(vec![])).await;
    let lister = {
        let store = store.clone();
        tokio::spawn(async move {
            loop {
                store.worlds().await.unwrap();
                tokio::task::yield_now().await;
            }
        })
    };
    for round in 0..300 {
        let world = name(&format!("w{round}"));
        store.create(&world, Keep::Always).await.unwrap();
        // A transaction holds the world, so that the list and the drop wait for it together.
        let busy = store.read(&world).await.unwrap();
        let dropped = {
            let (store, world) = (store.clone(), world.clone());
            tokio::spawn(async move { store.drop_world(&world).await })
        };
        tokio::task::yield_now().await;
        drop(busy);
        dropped.await.unwrap().unwrap();
        assert!(!store.holds(&world), "round {round}");
    }
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(!(0..300).any(|round| store.holds(&name(&format!("w{round}")))));
    lister.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_worlds_than_allowed() {
    let store =
        Store::open("sqlite::memory:", &schema(), &with_users(vec![]), Limits { worlds: 2, ..Limits::default() })
            .await
            .unwrap();
    for world in ["a", "b", "a"] {
        store.read(&name(world)).await.unwrap();
    }
    assert!(matches!(store.read(&name("c")).await, Err(StoreError::TooManyWorlds(2))));
    assert!(matches!(store.write(&name("c")).await, Err(StoreError::TooManyWorlds(2))));
    store.drop_world(&name("a")).await.unwrap();
    store.read(&name("c")).await.unwrap();
    assert!(matches!(store.reset(&name("a"), None).await, Err(StoreError::TooManyWorlds(2))));
    store.reset(&name("c"), None).await.unwrap();
}

#[test]
fn names_of_worlds_are_checked() {
    for good in ["a", "Checkout-test.7_x", &"x".repeat(64)] {
        assert!(good.parse::<WorldName>().is_ok(), "{good}");
    }
    for bad in ["", "a b", "a/b", "ä", &"x".repeat(65)] {
        assert!(matches!(bad.parse::<WorldName>(), Err(StoreError::InvalidWorldName(_))), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_keeps_its_worlds_and_a_new_seed_makes_new_ones() {
    let folder = Folder::new("durable");
    let url = folder.database("store.db");
    let first = Store::open(&url, &schema(), &with_users(vec![everywhere(1)]), Limits::default()).await.unwrap();
    let mut transaction = first.write(&WorldName::main()).await.unwrap();
    transaction.insert_all(&[everywhere(3)]).unwrap();
    transaction.set_clock(Clock::Frozen(77)).unwrap();
    transaction.commit().unwrap();
    // Neither closed nor dropped, as a kill leaves it: only committed changes survive.
    let mut unfinished = first.write(&WorldName::main()).await.unwrap();
    unfinished.insert_all(&[everywhere(4)]).unwrap();
    let copy = folder.file("copy");
    for part in ["", "store.db.worlds"] {
        std::fs::create_dir_all(copy.join(part)).unwrap();
        for left in std::fs::read_dir(folder.file(part)).unwrap().map(Result::unwrap) {
            if left.path().is_file() && !left.path().to_string_lossy().ends_with("-shm") {
                std::fs::copy(left.path(), copy.join(part).join(left.file_name())).unwrap();
            }
        }
    }

    let second =
        Store::open(&folder.database("copy/store.db"), &schema(), &with_users(vec![everywhere(2)]), Limits::default())
            .await
            .unwrap();
    let mut transaction = second.read(&WorldName::main()).await.unwrap();
    assert_eq!(transaction.records().unwrap(), [everywhere(1), everywhere(3)]);
    assert_eq!(transaction.clock(), Clock::Frozen(77));
    drop(transaction);
    assert_eq!(second.read(&name("new")).await.unwrap().records().unwrap(), [everywhere(2)]);
    second.reset(&WorldName::main(), None).await.unwrap();
    assert_eq!(second.read(&WorldName::main()).await.unwrap().records().unwrap(), [everywhere(2)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_opened_is_refused_in_one_sentence() {
    let folder = Folder::new("refused");
    let text = folder.file("text.db");
    std::fs::write(&text, "this is not a database, and long enough to be distinguished from one ".repeat(40)).unwrap();
    for url in ["postgres://x", "sqlite:", "sqlite:/no/such/folder/x.db", &folder.database("text.db")] {
        let refused = Store::open(url, &schema(), &with_users(vec![]), Limits::default()).await;
        let message = refused.expect_err(url).to_string();
        assert!(message.starts_with(&format!("--database {url}: ")) && !message.contains('\n'), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_expoints_users_change_at_once_and_the_last_change_counts() {
    let store = memory(&with_users((1..=3_000).map(everywhere).collect())).await;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    transaction.set_clock(Clock::Frozen(123)).unwrap();
    let names: Vec<String> = (1..=3_001).map(|number| format!("ÜSER{number}")).collect();
    let ids = transaction.numbers_in::<ExpointsFacet>(&names).unwrap();
    assert_eq!(ids.len(), 3_000);
    assert_eq!(ids[&folded("üser7")], 7);
    assert_eq!(transaction.numbers_of(&names).unwrap(), ids);
    let update = |number: i32, email: &str| FacetUpdate {
        number: number.into(),
        email: Some(email.into()),
        facet: ExpointsFacet { kind: UserType::Internal, has_single_active_role: false, roles: vec![] },
    };
    let mut updates: Vec<_> = (2..=3_000).map(|number| update(number, "first")).collect();
    updates.push(update(9, "second"));
    transaction.replace_facets(&updates).unwrap();
    let users = transaction.records().unwrap();
    assert_eq!(users[0], everywhere(1));
    assert_eq!(users[8].shared.email.as_deref(), Some("second"));
    let expected = update(10, "first");
    let changed = shared(everywhere(10).with(&expected.facet), |user| {
        user.email = expected.email;
        user.modified_at = DateTime { ticks: 123, kind: DateTimeKind::Utc };
    });
    assert_eq!(users[9], changed);
    let stranger = FacetUpdate { number: 0, ..update(1, "") };
    assert!(matches!(transaction.replace_facets(&[stranger]), Err(StoreError::NotFound("user"))));
}
