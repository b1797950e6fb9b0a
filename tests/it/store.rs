//! The store: worlds that never see each other, users with four faces, and files that keep what was committed.

use usertwin::contract::{DateTime, DateTimeKind};
use usertwin::model::clock::Clock;
use usertwin::model::{
    AdminUsersFacet, Api, Client, Document, ExpointsFacet, ExpointsType, Membership, Named, PbnbAccount, PbnbFacet,
    PbnbRole, ResellerAccount, ResellerFacet, Token, TokenState, User,
};
use usertwin::store::{ExpointsUpdate, Limits, Store, StoreError, Stored, WorldName};
use uuid::Uuid;

pub fn name(text: &str) -> WorldName {
    text.parse().unwrap()
}

pub fn moment() -> DateTime {
    DateTime { ticks: 638_472_103_693_595_132, kind: DateTimeKind::Utc }
}

/// A user in all four APIs; every member differs from its default.
pub fn everywhere(number: i32) -> User {
    let id = Uuid::from_u128(0x1000 + number as u128);
    User {
        username: Some(format!("Üser{number}")),
        email: Some(format!("User{number}@example.com")),
        display_name: Some("Ada".into()),
        password: Some("Engine1842".into()),
        enabled: false,
        pbnb: Some(PbnbFacet {
            account_id: 2,
            user_id: number,
            deleted: true,
            auth: 1,
            max_denials: Some(2),
            reset_period: None,
            private_username: Some("p".into()),
            access_types: Some(vec![0, 4, 99]),
            voucher_id: 5,
            resource_ids: vec![(4, Uuid::from_u128(4)), (0, Uuid::from_u128(5))],
            provisioning_id: Uuid::from_u128(6),
            role_id: Some(1),
        }),
        reseller: Some(ResellerFacet {
            primary_tenant: Uuid::from_u128(21),
            memberships: vec![
                Membership { tenant: Uuid::from_u128(22), roles: vec!["account.user".into()] },
                Membership { tenant: Uuid::from_u128(21), roles: vec![] },
            ],
        }),
        expoints: Some(ExpointsFacet {
            kind: ExpointsType::External,
            has_single_active_role: true,
            roles: vec![Uuid::from_u128(32), Uuid::from_u128(31)],
        }),
        admin_users: Some(AdminUsersFacet {
            account_id: Uuid::from_u128(41),
            admin_user: true,
            agreement_date: Some(moment()),
            dpa_version: Some("1".into()),
            language_id: Uuid::from_u128(51),
            pin: Some("1234".into()),
            locked: true,
            super_user: true,
            ..AdminUsersFacet::default()
        }),
        ..User::new(id, moment())
    }
}

/// A user with one of its faces, as an API reads it.
pub fn seen_by(api: Api, user: &User) -> User {
    let User { pbnb, reseller, expoints, admin_users, .. } = user.clone();
    let faceless = User { pbnb: None, reseller: None, expoints: None, admin_users: None, ..user.clone() };
    match api {
        Api::Pbnb => User { pbnb, ..faceless },
        Api::Reseller => User { reseller, ..faceless },
        Api::Expoints => User { expoints, ..faceless },
        Api::AdminUsers => User { admin_users, ..faceless },
    }
}

/// The user that was found.
pub fn user(found: Result<Option<Stored>, StoreError>) -> Option<User> {
    found.unwrap().map(|stored| stored.user)
}

pub fn with_users(users: Vec<User>) -> Document {
    let named = |id: u128, name: &str| Named { id: Uuid::from_u128(id), name: name.into() };
    Document {
        clock: None,
        users,
        pbnb_accounts: [(7, 0), (2, 0b10_0000_0001)]
            .map(|(id, user_defaults)| PbnbAccount { id, user_defaults })
            .to_vec(),
        pbnb_roles: vec![PbnbRole { id: 1, name: "Administrator".into() }],
        reseller_accounts: [21, 22]
            .map(|id| ResellerAccount {
                enabled: id == 21,
                description: Some("Rührt \"sich\"".into()),
                reference: (id == 21).then(|| "R".into()),
                timezone: (id == 22).then(|| "Europe/London".into()),
                country_code: Some("GB".into()),
                parent_tenant: (id == 22).then(|| Uuid::from_u128(23)),
                created_at: moment(),
                ..ResellerAccount::new(Uuid::from_u128(id), "Account")
            })
            .to_vec(),
        expoints_roles: vec![named(32, "Zwei"), named(31, "Één")],
        admin_accounts: vec![named(41, "Main")],
        admin_languages: vec![named(51, "English")],
        tokens: vec![
            Token { token: "good".into(), state: TokenState::Valid, apis: None, expires_at: None },
            Token {
                token: "readonly".into(),
                state: TokenState::Forbidden,
                apis: Some(vec![Api::Expoints]),
                expires_at: Some(moment()),
            },
        ],
        clients: vec![Client { api: Api::Expoints, client_id: "app".into(), client_secret: "secret".into() }],
    }
}

pub async fn memory(seed: &Document) -> Store {
    Store::open("sqlite::memory:", seed, Limits::default()).await.unwrap()
}

fn file(folder: &std::path::Path) -> String {
    format!("sqlite:{}", folder.join("store.db").display())
}

/// A folder of its own for a test, removed when the test is over.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(test: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("usertwin-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_starts_as_the_seed_member_for_member() {
    let seed = with_users(vec![everywhere(2), everywhere(1), User::new(Uuid::from_u128(9), moment())]);
    let store = memory(&seed).await;
    let mut transaction = store.read(&name("fresh")).await.unwrap();
    assert_eq!(transaction.export().unwrap(), seed);
    assert_eq!(transaction.lists().unwrap(), with_users(vec![]));
    assert_eq!(user(transaction.pbnb_user(2, 1)), Some(seen_by(Api::Pbnb, &seed.users[1])));
    assert_eq!(transaction.pbnb_user(7, 1).unwrap(), None);
    let id = seed.users[0].id;
    assert_eq!(user(transaction.admin_user(id)), Some(seen_by(Api::AdminUsers, &seed.users[0])));
    assert_eq!(transaction.admin_user(Uuid::from_u128(9)).unwrap(), None);
    let tenant = Uuid::from_u128(22);
    assert_eq!(user(transaction.reseller_user(tenant, id)), Some(seen_by(Api::Reseller, &seed.users[0])));
    assert_eq!(transaction.reseller_user(Uuid::from_u128(23), id).unwrap(), None);
    let both = |api: Api| seed.users[..2].iter().map(|user| seen_by(api, user)).collect::<Vec<_>>();
    assert_eq!(transaction.reseller_users(tenant).unwrap(), both(Api::Reseller));
    assert_eq!(transaction.admin_users().unwrap(), both(Api::AdminUsers));
    assert_eq!(transaction.expoints_users().unwrap(), both(Api::Expoints));
    assert_eq!(transaction.pbnb_users(2).unwrap(), [1, 2].map(|number| seen_by(Api::Pbnb, &everywhere(number))));
    assert_eq!(transaction.pbnb_next_user_id(2).unwrap(), 3);
    let accounts = [transaction.pbnb_account(7).unwrap(), transaction.pbnb_account(8).unwrap()];
    assert_eq!(accounts, [Some(PbnbAccount { id: 7, user_defaults: 0 }), None]);
    assert_eq!(transaction.pbnb_user_count(2).unwrap(), 2);
    assert_eq!(transaction.pbnb_users_from(2, 1, 5).unwrap(), [seen_by(Api::Pbnb, &everywhere(2))]);
    assert_eq!(transaction.expoints_roles().unwrap(), seed.expoints_roles);
    let asked = [Uuid::from_u128(31), Uuid::from_u128(1), Uuid::from_u128(1)];
    assert_eq!(transaction.expoints_unknown_roles(&asked).unwrap(), [Uuid::from_u128(1)]);
    assert_eq!(transaction.token("readonly").unwrap().as_deref(), Some(&seed.tokens[1]));
    assert_eq!(transaction.token("Readonly").unwrap(), None);
    assert_eq!(transaction.client(Api::Expoints, "app").unwrap().as_ref(), Some(&seed.clients[0]));
    assert_eq!(transaction.client(Api::Reseller, "app").unwrap(), None);
    assert_eq!(transaction.language(Uuid::from_u128(51)).unwrap().as_ref(), Some(&seed.admin_languages[0]));
    assert_eq!(transaction.user_by_email("user1@EXAMPLE.com").unwrap().as_ref(), Some(&seed.users[1]));
    assert_eq!(transaction.user_by_username("üSER1").unwrap().as_ref(), Some(&seed.users[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn usernames_are_unique_without_regard_to_case_and_others_may_share_everything_else() {
    let store = memory(&with_users(vec![everywhere(1)])).await;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    assert!(transaction.username_taken("ÜSER1", Uuid::nil()).unwrap());
    assert!(!transaction.username_taken("ÜSER1", everywhere(1).id).unwrap());
    let same_name = User { username: Some("üser1".into()), ..User::new(Uuid::from_u128(1), moment()) };
    assert!(matches!(transaction.insert(&same_name), Err(StoreError::Conflict("username"))));
    let same_id = User::new(everywhere(1).id, moment());
    assert!(matches!(transaction.insert(&same_id), Err(StoreError::Conflict("id"))));
    let same_number = User { username: None, id: Uuid::from_u128(2), ..everywhere(1) };
    assert!(matches!(transaction.insert(&same_number), Err(StoreError::Conflict("userId"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_changes_what_is_given_and_leaves_other_facets_alone() {
    let store = memory(&with_users(vec![everywhere(1), everywhere(2)])).await;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    let mut changed = everywhere(1);
    changed.email = None;
    changed.pbnb = None;
    let reseller = changed.reseller.as_mut().unwrap();
    reseller.memberships.remove(0);
    transaction.save(&changed).unwrap();
    transaction.commit().unwrap();

    let mut transaction = store.read(&WorldName::main()).await.unwrap();
    changed.pbnb = everywhere(1).pbnb;
    assert_eq!(transaction.user(changed.id).unwrap().as_ref(), Some(&changed));
    assert_eq!(transaction.user(everywhere(2).id).unwrap(), Some(everywhere(2)));
    assert_eq!(transaction.reseller_users(Uuid::from_u128(22)).unwrap(), [seen_by(Api::Reseller, &everywhere(2))]);
    drop(transaction);

    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    let nobody = transaction.save(&User::new(Uuid::from_u128(77), moment()));
    assert!(matches!(nobody, Err(StoreError::NotFound("user"))), "{nobody:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_keeps_names_keys_and_tenants_where_they_are_found() {
    let store = memory(&with_users(vec![everywhere(1), everywhere(2)])).await;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    let before = transaction.pbnb_user(2, 1).unwrap().unwrap();
    let mut renamed = before.user.clone();
    (renamed.username, renamed.email) = (Some("New".into()), Some("new@example.com".into()));
    renamed.pbnb.as_mut().unwrap().user_id = 9;
    transaction.change(&before, &renamed).unwrap();
    let before = transaction.reseller_user(Uuid::from_u128(22), everywhere(1).id).unwrap().unwrap();
    let mut moved = before.user.clone();
    moved.reseller.as_mut().unwrap().memberships.remove(0);
    transaction.change(&before, &moved).unwrap();
    transaction.commit().unwrap();
    let after = User { pbnb: renamed.pbnb, reseller: moved.reseller, ..everywhere(1) };
    let after = User { username: Some("New".into()), email: Some("new@example.com".into()), ..after };
    let mut transaction = store.read(&WorldName::main()).await.unwrap();
    assert_eq!(transaction.user_by_username("nEW").unwrap().as_ref(), Some(&after));
    assert_eq!(transaction.user_by_username("üser1").unwrap(), None);
    assert_eq!(transaction.user_by_email("NEW@example.com").unwrap().as_ref(), Some(&after));
    assert_eq!(user(transaction.pbnb_user(2, 9)), Some(seen_by(Api::Pbnb, &after)));
    assert_eq!(transaction.pbnb_user(2, 1).unwrap(), None);
    assert_eq!(transaction.reseller_users(Uuid::from_u128(22)).unwrap(), [seen_by(Api::Reseller, &everywhere(2))]);
    drop(transaction);
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    let stored = transaction.admin_user(after.id).unwrap().unwrap();
    let taken = User { username: Some("ÜSER2".into()), ..stored.user.clone() };
    assert!(matches!(transaction.change(&stored, &taken), Err(StoreError::Conflict("username"))));
    transaction.remove_user(after.id).unwrap();
    assert!(matches!(transaction.change(&stored, &stored.user), Err(StoreError::NotFound("user"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_facets_is_gone() {
    let store = memory(&with_users(vec![everywhere(1)])).await;
    let id = everywhere(1).id;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    for api in Api::ALL {
        let user = transaction.user(id).unwrap().expect("still in another API");
        assert!(user.is_in(api));
        assert!(transaction.remove_facet(id, api).unwrap());
        assert!(!transaction.remove_facet(id, api).unwrap());
    }
    assert_eq!(transaction.user(id).unwrap(), None);
    assert_eq!(transaction.reseller_users(Uuid::from_u128(22)).unwrap(), []);
    transaction.insert(&everywhere(1)).unwrap();
    assert!(transaction.remove_user(id).unwrap());
    assert!(!transaction.remove_user(id).unwrap());
    assert_eq!(transaction.export().unwrap(), with_users(vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_dropped_leaves_no_trace() {
    let store = memory(&with_users(vec![everywhere(1)])).await;
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    transaction.remove_user(everywhere(1).id).unwrap();
    transaction.set_clock(Clock::Frozen(1)).unwrap();
    drop(transaction);
    let mut transaction = store.read(&WorldName::main()).await.unwrap();
    assert_eq!(transaction.export().unwrap(), with_users(vec![everywhere(1)]));
    assert_eq!(transaction.clock(), Clock::Real);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_what_was_last_committed_whoever_asked_before() {
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
    transaction.replace(&Document::default()).unwrap();
    transaction.commit().unwrap();
    assert_eq!(store.read(&main).await.unwrap().token("good").unwrap(), None);
}

/// Writers revoke and restore a token while readers ask: nobody sees a state that was never committed after a later one.
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
                let user = User::new(Uuid::from_u128(step as u128 / 2), moment());
                transaction.insert(&User { username: Some(username), ..user }).unwrap();
                transaction.commit().unwrap();
                let mut transaction = store.read(&world).await.unwrap();
                let users = transaction.users().unwrap();
                let own = |user: &User| user.username.as_ref().unwrap().starts_with(world.as_str());
                assert!(users.iter().all(own), "{users:?}");
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for world in &worlds {
        assert_eq!(store.read(world).await.unwrap().users().unwrap().len(), 20);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_racing_for_a_new_world_get_one_copy() {
    let folder = Folder::new("race");
    for url in ["sqlite::memory:".to_owned(), file(&folder.0)] {
        let store = Store::open(&url, &with_users(vec![everywhere(1)]), Limits::default()).await.unwrap();
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.read(&name("new")).await.unwrap().users().unwrap() })
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
    transaction.insert(&everywhere(2)).unwrap();
    transaction.set_clock(Clock::Frozen(5_000)).unwrap();
    transaction.commit().unwrap();
    let changed = store.read(&main).await.unwrap().export().unwrap();

    store.fork(&main, &snapshot).await.unwrap();
    assert!(matches!(store.fork(&main, &snapshot).await, Err(StoreError::Conflict("world"))));
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
        store.create(&world).await.unwrap();
        // Somebody is at work in it, so that whoever looks waits beside whoever drops.
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
    let store = Store::open("sqlite::memory:", &with_users(vec![]), Limits { worlds: 2 }).await.unwrap();
    for world in ["a", "b", "a"] {
        store.read(&name(world)).await.unwrap();
    }
    assert!(matches!(store.read(&name("c")).await, Err(StoreError::TooManyWorlds(2))));
    assert!(matches!(store.write(&name("c")).await, Err(StoreError::TooManyWorlds(2))));
    store.drop_world(&name("a")).await.unwrap();
    store.read(&name("c")).await.unwrap();
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
    let url = file(&folder.0);
    let first = Store::open(&url, &with_users(vec![everywhere(1)]), Limits::default()).await.unwrap();
    let mut transaction = first.write(&WorldName::main()).await.unwrap();
    transaction.insert(&everywhere(3)).unwrap();
    transaction.set_clock(Clock::Frozen(77)).unwrap();
    transaction.commit().unwrap();
    // Neither closed nor dropped: what a kill leaves behind is what was committed.
    let mut unfinished = first.write(&WorldName::main()).await.unwrap();
    unfinished.insert(&everywhere(4)).unwrap();
    let copy = folder.0.join("copy");
    for part in ["", "store.db.worlds"] {
        std::fs::create_dir_all(copy.join(part)).unwrap();
        for left in std::fs::read_dir(folder.0.join(part)).unwrap().map(Result::unwrap) {
            if left.path().is_file() && !left.path().to_string_lossy().ends_with("-shm") {
                std::fs::copy(left.path(), copy.join(part).join(left.file_name())).unwrap();
            }
        }
    }

    let second = Store::open(&file(&copy), &with_users(vec![everywhere(2)]), Limits::default()).await.unwrap();
    let mut transaction = second.read(&WorldName::main()).await.unwrap();
    assert_eq!(transaction.users().unwrap(), [everywhere(1), everywhere(3)]);
    assert_eq!(transaction.clock(), Clock::Frozen(77));
    drop(transaction);
    assert_eq!(second.read(&name("new")).await.unwrap().users().unwrap(), [everywhere(2)]);
    second.reset(&WorldName::main(), None).await.unwrap();
    assert_eq!(second.read(&WorldName::main()).await.unwrap().users().unwrap(), [everywhere(2)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_opened_is_told_in_one_sentence() {
    let folder = Folder::new("refused");
    let text = folder.0.join("text.db");
    std::fs::write(&text, "this is no database, and long enough to be told apart from one ".repeat(40)).unwrap();
    for url in ["postgres://x", "sqlite:", "sqlite:/no/such/folder/x.db", &format!("sqlite:{}", text.display())] {
        let refused = Store::open(url, &with_users(vec![]), Limits::default()).await;
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
    let ids = transaction.expoints_find(&names).unwrap();
    assert_eq!(ids.len(), 3_000);
    assert_eq!(ids["üser7"], 7);
    assert_eq!(transaction.find_usernames(&names).unwrap(), ids);
    let update = |number: i32, email: &str| ExpointsUpdate {
        number: number.into(),
        email: Some(email.into()),
        facet: ExpointsFacet { kind: ExpointsType::Internal, has_single_active_role: false, roles: vec![] },
    };
    let mut updates: Vec<_> = (2..=3_000).map(|number| update(number, "first")).collect();
    updates.push(update(9, "second"));
    transaction.expoints_replace(&updates).unwrap();
    let users = transaction.users().unwrap();
    assert_eq!(users[0], everywhere(1));
    assert_eq!(users[8].email.as_deref(), Some("second"));
    let expected = update(10, "first");
    let changed = User {
        email: expected.email,
        expoints: Some(expected.facet),
        modified_at: DateTime { ticks: 123, kind: DateTimeKind::Utc },
        ..everywhere(10)
    };
    assert_eq!(users[9], changed);
    let stranger = ExpointsUpdate { number: 0, ..update(1, "") };
    assert!(matches!(transaction.expoints_replace(&[stranger]), Err(StoreError::NotFound("user"))));
}
