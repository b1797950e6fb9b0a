//! What two choices of the store save. One: a facet is a body in the row of the user, not a table with a column per
//! member. Two: users are asked for through rusqlite on the calling thread, not through sqlx. Everything is in memory and
//! nothing of the store lies between, so that only SQLite, the driver and the decoding count. At the end a line for each
//! comparison says how the times relate, measured in turns.

use super::is_test;
use super::layouts::{BY_KEY, BodyColumn, FacetTable, Layout, WideRow, run, utc};
use crate::harness::random::Random;
use criterion::Criterion;
use rusqlite::Connection;
use sqlx::{Connection as _, Executor as _, Row as _, SqliteConnection};
use std::hint::black_box;
use std::marker::PhantomData;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use usertwin::apis::pbnb::contract::{Auth, ClientAccessTypes, Status};
use usertwin::apis::pbnb::facet::{PbnbFacet, PbnbUser};
use usertwin::contract::{EnumMap, KeyPart, StoredRecord};
use usertwin::model::{DEFAULT_DATE, User, folded};
use usertwin::store::body;
use uuid::Uuid;

const ACCOUNT: i32 = 2;
/// Turns of a comparison, and how often each side does its work in one.
const TURNS: usize = 61;
const TIMES: u64 = 1_000;

/// A name, and what does the work so many times and says how long it took.
type Side<'s> = (&'static str, &'s mut dyn FnMut(u64) -> Duration);

pub fn layout(criterion: &mut Criterion) {
    let users = if is_test() { 10 } else { 10_000 };
    let mut body = World::<BodyColumn>::new(users);
    let mut table = World::<FacetTable>::new(users);
    let mut wide = World::<WideRow>::new(users);
    let mut sqlx = Sqlx::new(users);
    let lines = [
        compare(
            criterion,
            "read",
            [
                ("body column", &mut |times| body.read(times)),
                ("facet table", &mut |times| table.read(times)),
                ("wide row", &mut |times| wide.read(times)),
            ],
        ),
        compare(
            criterion,
            "change",
            [
                ("body column", &mut |times| body.change(times)),
                ("facet table", &mut |times| table.change(times)),
                ("wide row", &mut |times| wide.change(times)),
            ],
        ),
        compare(
            criterion,
            "insert",
            [
                ("body column", &mut |times| body.insert(times)),
                ("facet table", &mut |times| table.insert(times)),
                ("wide row", &mut |times| wide.insert(times)),
            ],
        ),
        compare(
            criterion,
            "driver",
            [("rusqlite", &mut |times| body.read(times)), ("sqlx", &mut |times| sqlx.read(times))],
        ),
    ];
    lines.iter().flatten().for_each(|line| println!("{line}"));
}

/// Measures the sides one after the other, and the first against each of the others in turns, if all were asked for.
fn compare<const N: usize>(criterion: &mut Criterion, what: &str, mut sides: [Side; N]) -> Vec<String> {
    let mut asked = 0;
    let mut group = criterion.benchmark_group("layout");
    for (name, work) in &mut sides {
        let mut is_asked = false;
        group.bench_function(format!("{what}/{}", name.replace(' ', "-")), |bencher| {
            is_asked = true;
            bencher.iter_custom(&mut *work);
        });
        asked += usize::from(is_asked);
    }
    if asked < N || is_test() {
        return Vec::new();
    }
    let mut taken = [(); N].map(|()| Vec::with_capacity(TURNS));
    for _ in 0..TURNS {
        for ((_, work), taken) in sides.iter_mut().zip(&mut taken) {
            taken.push(work(TIMES));
        }
    }
    let [first, others @ ..] = &taken.map(median)[..] else { return Vec::new() };
    let line = |(other, (name, _)): (&f64, &Side)| {
        let ratio = first / other;
        format!("layout {what}: {} {ratio:.2}x the time of {name} ({first:.2} us, {other:.2} us)", sides[0].0)
    };
    others.iter().zip(&sides[1..]).map(line).collect()
}

/// Microseconds for one time.
fn median(mut taken: Vec<Duration>) -> f64 {
    taken.sort();
    taken[taken.len() / 2].as_secs_f64() * 1e6 / TIMES as f64
}

/// User `number` as the vendor's sample shows one.
fn user(number: usize) -> PbnbUser {
    // Ids are scattered, as random ones are.
    let id = Uuid::from_u128((number as u128).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835));
    let mut shared = User::new(id, DEFAULT_DATE);
    shared.username = Some(format!("user {number}"));
    shared.email = Some(format!("user{number}@example.com"));
    shared.display_name = Some(format!("User {number}"));
    shared.password = Some("Engine1842".to_owned());
    let facet = PbnbFacet {
        account_id: ACCOUNT,
        user_id: number as i32,
        status: Status::Enabled,
        auth: Auth::ServicePassword,
        max_denials: Some(2),
        reset_period: Some(3),
        private_username: Some("user.private".to_owned()),
        access_types: Some(vec![ClientAccessTypes::IPSec_L2TP, ClientAccessTypes::APN]),
        voucher_id: 5,
        resource_ids: EnumMap(vec![(ClientAccessTypes::IPSec_L2TP, id)]),
        provisioning_id: id,
        role_id: None,
        access_group_id: None,
    };
    PbnbUser { shared, facet }
}

/// A database of one layout with users from number 1 on.
struct World<L> {
    database: Connection,
    users: Vec<PbnbUser>,
    random: Random,
    layout: PhantomData<L>,
}

impl<L: Layout> World<L> {
    fn new(users: usize) -> World<L> {
        let database = Connection::open_in_memory().unwrap();
        database.execute_batch(L::SCHEMA).unwrap();
        let users: Vec<PbnbUser> = (1..=users).map(user).collect();
        let mut world = World { database, users, random: Random(0x9E37_79B9_7F4A_7C15), layout: PhantomData };
        (1..).zip(&world.users).for_each(|(number, user)| L::insert(&world.database, number, user));
        // What is measured must be right: what was written is read back.
        world.change(1);
        let read = |user: &PbnbUser| L::read(&world.database, ACCOUNT, user.facet.user_id);
        assert!(world.users.iter().all(|user| read(user) == *user));
        world
    }

    fn any(&mut self) -> usize {
        self.random.below(self.users.len() as u32) as usize
    }

    fn read(&mut self, times: u64) -> Duration {
        let start = Instant::now();
        for _ in 0..times {
            let user = self.any() as i32 + 1;
            black_box(L::read(&self.database, ACCOUNT, user));
        }
        start.elapsed()
    }

    /// Changes one member, each time in a transaction of its own.
    fn change(&mut self, times: u64) -> Duration {
        let start = Instant::now();
        for _ in 0..times {
            let place = self.any();
            let user = &mut self.users[place];
            user.facet.voucher_id += 1;
            user.shared.modified_at.ticks += 1;
            run(&self.database, "begin immediate", []);
            L::change(&self.database, place as i64 + 1, user);
            run(&self.database, "commit", []);
        }
        start.elapsed()
    }

    /// Adds users, each in a transaction of its own, and removes them again.
    fn insert(&mut self, times: u64) -> Duration {
        let known = self.users.len();
        let new: Vec<PbnbUser> = (known + 1..=known + times as usize).map(user).collect();
        let start = Instant::now();
        for (number, user) in (known as i64 + 1..).zip(&new) {
            run(&self.database, "begin immediate", []);
            L::insert(&self.database, number, user);
            run(&self.database, "commit", []);
        }
        let taken = start.elapsed();
        for sql in L::REMOVE {
            run(&self.database, sql, [&(known as i64) as _]);
        }
        taken
    }
}

/// The layout of the store behind sqlx: one connection, without a pool, which would only cost more.
struct Sqlx {
    runtime: Runtime,
    database: SqliteConnection,
    users: u32,
    random: Random,
}

impl Sqlx {
    fn new(users: usize) -> Sqlx {
        let runtime = Builder::new_current_thread().build().unwrap();
        let mut database = runtime.block_on(async {
            let mut database = SqliteConnection::connect("sqlite::memory:").await.unwrap();
            database.execute(BodyColumn::SCHEMA).await.unwrap();
            for number in 1..=users {
                add(&mut database, number as i64, &user(number)).await;
            }
            database
        });
        for number in 1..=users {
            assert_eq!(runtime.block_on(find(&mut database, number as i32)), user(number));
        }
        Sqlx { runtime, database, users: users as u32, random: Random(0x9E37_79B9_7F4A_7C15) }
    }

    fn read(&mut self, times: u64) -> Duration {
        let Sqlx { runtime, database, users, random } = self;
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..times {
                black_box(find(database, random.below(*users) as i32 + 1).await);
            }
            start.elapsed()
        })
    }
}

async fn find(database: &mut SqliteConnection, user: i32) -> PbnbUser {
    let key = (ACCOUNT, user).to_key();
    let row = sqlx::query(BY_KEY).bind(key.bytes()).fetch_one(database).await.unwrap();
    let shared = User {
        id: Uuid::from_slice(row.get(1)).unwrap(),
        username: row.get(2),
        email: row.get(3),
        display_name: row.get(4),
        password: row.get(5),
        enabled: row.get(6),
        created_at: utc(row.get(7)),
        modified_at: utc(row.get(8)),
    };
    let values = body::decode(PbnbFacet::MEMBERS, row.get(9)).unwrap();
    PbnbUser { shared, facet: PbnbFacet::from_values(values) }
}

async fn add(database: &mut SqliteConnection, number: i64, user: &PbnbUser) {
    let key = (user.facet.account_id, user.facet.user_id).to_key();
    let claim = sqlx::query("insert into facet_key (api, key, number) values ('pbnb', ?, ?)");
    claim.bind(key.bytes()).bind(number).execute(&mut *database).await.unwrap();
    let User { id, username, email, display_name, password, enabled, created_at, modified_at } = &user.shared;
    let insert = sqlx::query("insert into user values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, null, null)");
    let insert = insert.bind(number).bind(&id.as_bytes()[..]).bind(username).bind(username.as_deref().map(folded));
    let insert = insert.bind(email).bind(display_name).bind(password).bind(enabled);
    let insert = insert.bind(created_at.ticks).bind(modified_at.ticks);
    let insert = insert.bind(body::encode(PbnbFacet::MEMBERS, &user.facet.to_values()));
    insert.execute(database).await.unwrap();
}
