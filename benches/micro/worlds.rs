//! How long a world of 1,000 and of 100,000 users takes to open, to be born, forked, reset, changed in bulk, read and
//! dropped. Every user is in all four APIs.

use super::is_test;
use crate::harness::support::folder::Folder;
use crate::harness::world::{self, ACCOUNT};
use criterion::{BenchmarkGroup, Criterion, SamplingMode, measurement::WallTime};
use std::time::{Duration, Instant};
use usertwin::Apis;
use usertwin::apis::expoints::facet::{ExpointsFacet, UserType};
use usertwin::apis::pbnb::facet::PbnbFacet;
use usertwin::model::Document;
use usertwin::store::{FacetUpdate, Keep, Limits, Store, WorldName};

pub fn worlds(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let sizes: &[u32] = if is_test() { &[10] } else { &[1_000, 100_000] };
    for users in sizes {
        let seed = document(*users);
        let open =
            async || Store::open("sqlite::memory:", &Apis::four().schema(), &seed, Limits::default()).await.unwrap();
        let (main, other) = (WorldName::main(), "other".parse::<WorldName>().unwrap());
        let mut group = criterion.benchmark_group(format!("worlds/{users}"));
        group.sampling_mode(SamplingMode::Flat);

        measure(&mut group, "open", || runtime.block_on(timed(async || drop(open().await))));
        let store = runtime.block_on(open());
        // A world is born at its first use, which is measured by itself.
        drop(runtime.block_on(store.read(&main)).unwrap());
        measure(&mut group, "birth", || {
            let taken = runtime.block_on(timed(async || drop(store.read(&other).await.unwrap())));
            runtime.block_on(store.drop_world(&other)).unwrap();
            taken
        });
        measure(&mut group, "fork", || {
            let taken = runtime.block_on(timed(async || store.fork(&main, &other, Keep::Always).await.unwrap()));
            runtime.block_on(store.drop_world(&other)).unwrap();
            taken
        });
        measure(&mut group, "reset", || {
            runtime.block_on(timed(async || {
                store.reset(&main, None).await.unwrap();
            }))
        });
        measure(&mut group, "bulk change", || runtime.block_on(timed(async || change_all(&store, *users).await)));
        measure(&mut group, "1000 reads", || {
            runtime.block_on(timed(async || {
                for number in 1..=1_000.min(*users) as i32 {
                    let mut transaction = store.read(&main).await.unwrap();
                    assert!(transaction.find::<PbnbFacet>((ACCOUNT as i32, number)).unwrap().is_some());
                }
            }))
        });
        measure(&mut group, "drop", || {
            runtime.block_on(async { store.fork(&main, &other, Keep::Always).await }).unwrap();
            runtime.block_on(timed(async || {
                store.drop_world(&other).await.unwrap();
            }))
        });
    }
}

fn document(users: u32) -> Document {
    let folder = Folder::new("worlds");
    world::write(&folder.file("seed.json"), users);
    Apis::four().schema().parse(&std::fs::read_to_string(folder.file("seed.json")).unwrap()).unwrap()
}

async fn change_all(store: &Store, users: u32) {
    let mut transaction = store.write(&WorldName::main()).await.unwrap();
    let names: Vec<String> = (1..=users).map(|number| world::username(number, 0)).collect();
    let ids = transaction.numbers_in::<ExpointsFacet>(&names).unwrap();
    let facet = ExpointsFacet { kind: UserType::Internal, has_single_active_role: false, roles: vec![] };
    let update = |name| FacetUpdate { number: ids[name], email: Some("new".into()), facet: facet.clone() };
    transaction.replace_facets(&names.iter().map(update).collect::<Vec<_>>()).unwrap();
    transaction.commit().unwrap();
}

async fn timed(work: impl AsyncFnOnce()) -> Duration {
    let start = Instant::now();
    work().await;
    start.elapsed()
}

/// Measures work that reports its own time, which leaves out what it prepares.
fn measure(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, mut work: impl FnMut() -> Duration) {
    group.bench_function(name, |bencher| bencher.iter_custom(|times| (0..times).map(|_| work()).sum()));
}
