//! What a request costs without a socket, on one thread: reading a user in each format and changing one, through all
//! of the server but its connections. `cargo bench --bench requests` prints it for a world of 1,000 users, `-- --users
//! 100000` for a larger one, `-- get-json` only that request; run the binary under callgrind to see where the time goes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[allow(dead_code, reason = "each bench uses its part of what they share")]
mod harness;

use axum::body::Body;
use harness::folder::Folder;
use harness::random::Random;
use harness::world::{self, ACCOUNT, TENANT, display_name, user_id, username};
use http::Request;
use http_body_util::BodyExt;
use std::time::{Duration, Instant};
use tower::ServiceExt;
use usertwin::config::Config;
use usertwin::pipeline::app::App;

// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Requests of a run.
const REQUESTS: u32 = 200;
/// Requests for each user before the time is taken: caches are warm then, and rows have the length that they keep.
const WARM_UP: u32 = 3;

/// Makes a request for a user; every turn has another number.
type Ask<'a> = &'a dyn Fn(u32, u32) -> Request<Body>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // What `cargo test --benches` asks for is only that it starts.
    let is_bench = arguments.iter().any(|argument| argument == "--bench");
    let time = Duration::from_millis(if is_bench { 1_000 } else { 1 });
    let users = arguments.iter().skip_while(|argument| *argument != "--users").nth(1);
    let users = users.map_or(if is_bench { 1_000 } else { 10 }, |users| users.parse().unwrap());
    let named = arguments.iter().filter(|argument| argument.parse::<u32>().is_err() && !argument.starts_with("--"));
    let named: Vec<&str> = named.map(String::as_str).collect();

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
    let file = format!("sqlite:{}", folder.file("requests.db").display());
    let all: [(&str, &str, Ask); 7] = [
        ("get-json", "sqlite::memory:", &json),
        ("get-xml", "sqlite::memory:", &xml),
        ("get-bson", "sqlite::memory:", &bson),
        ("patch-pbnb", "sqlite::memory:", &pbnb),
        ("patch-reseller", "sqlite::memory:", &reseller),
        ("patch-pbnb-durable", &file, &pbnb),
        ("patch-reseller-durable", &file, &reseller),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (name, database, ask) in all {
        if named.is_empty() || named.contains(&name) {
            let flags = ["--database", database, "--seed", seed.to_str().unwrap()];
            let each = runtime.block_on(measure(&flags, users, time, ask));
            println!("{name:<24} {:>8.2} µs", each.as_secs_f64() * 1e6);
        }
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

async fn measure(flags: &[&str], users: u32, time: Duration, ask: Ask<'_>) -> Duration {
    let config = Config::of_flags(flags).unwrap();
    let surface = usertwin::listener::server::Surface::new(App::open(config).await.unwrap());
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut start, mut turn, mut runs) = (Instant::now(), 0, Vec::new());
    while start.elapsed() < time || runs.is_empty() {
        if turn <= WARM_UP * users {
            (start, runs) = (Instant::now(), Vec::new());
        }
        let run = Instant::now();
        for _ in 0..REQUESTS {
            turn += 1;
            let user = random.below(users) + 1;
            let response = surface.clone().oneshot(ask(user, turn)).await.unwrap();
            assert_eq!(response.status(), 200);
            let _ = response.into_body().collect().await.unwrap();
        }
        runs.push(run.elapsed() / REQUESTS);
    }
    // The tenth part of the short runs is slower than the first nine for reasons of the machine's, not of ours; what
    // growing pages cost is spread over the others.
    runs.sort();
    let typical = runs.len() / 2;
    runs.swap_remove(typical)
}
