//! What a request costs on one thread, through all of the server but its connections: reading a user in each format and
//! changing one, in a world of 1,000 users, or of as many as the variable `MICRO_USERS` contains.

use super::{is_test, send, server};
use crate::harness::random::Random;
use crate::harness::support::folder::Folder;
use crate::harness::world::{self, ACCOUNT, TENANT, display_name, user_id, username};
use axum::body::Body;
use criterion::Criterion;
use http::Request;

/// Makes a request for a user; every turn has another number.
type Ask<'a> = &'a dyn Fn(u32, u32) -> Request<Body>;

pub fn requests(criterion: &mut Criterion) {
    let users = std::env::var("MICRO_USERS").map_or(1_000, |users| users.parse().unwrap());
    let users = if is_test() { 10 } else { users };
    let get = |accept: &'static str| {
        move |user: u32, _: u32| {
            let request = Request::get(pbnb_user(user)).header("host", "localhost").header("accept", accept);
            request.header("authorization", "Bearer good").body(Body::empty()).unwrap()
        }
    };
    let (json, xml, bson) = (get("application/json"), get("application/xml"), get("application/bson"));
    let pbnb = |user: u32, turn: u32| {
        patch(pbnb_user(user), "application/json", format!(r#"{{"Username":"{}"}}"#, username(user, turn.into())))
    };
    let reseller = |user: u32, turn: u32| {
        let path = format!("/api/v1.0/accounts/{TENANT}/users/{}", user_id(user));
        let body = format!(r#"[{{"op":"replace","path":"/displayName","value":"{}"}}]"#, display_name(turn.into()));
        patch(path, "application/json-patch+json", body)
    };
    let folder = Folder::new("requests");
    let seed = folder.file("seed.json");
    world::write(&seed, users);
    let file = folder.database("requests.db");
    let memory = "sqlite::memory:";
    let all: [(&str, &str, Ask); 7] = [
        ("get-json", memory, &json),
        ("get-xml", memory, &xml),
        ("get-bson", memory, &bson),
        ("patch-pbnb", memory, &pbnb),
        ("patch-reseller", memory, &reseller),
        ("patch-pbnb-durable", &file, &pbnb),
        ("patch-reseller-durable", &file, &reseller),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut group = criterion.benchmark_group("requests");
    for (name, database, ask) in all {
        group.bench_function(name, |bencher| {
            let flags = ["--database", database, "--seed", seed.to_str().unwrap()];
            let server = runtime.block_on(server(&flags));
            let (mut random, mut turn) = (Random(0x9E37_79B9_7F4A_7C15), 0);
            bencher.iter(|| {
                turn += 1;
                let request = ask(random.below(users) + 1, turn);
                let (status, body) = runtime.block_on(send(&server, request));
                assert_eq!(status, 200);
                body
            });
        });
    }
}

fn pbnb_user(user: u32) -> String {
    format!("/v1/core/Accounts/{ACCOUNT}/users/{user}")
}

fn patch(path: String, media_type: &str, body: String) -> Request<Body> {
    let request = Request::patch(path).header("host", "localhost").header("authorization", "Bearer good");
    let request = request.header("content-type", media_type).header("content-length", body.len());
    request.body(Body::from(body)).unwrap()
}
