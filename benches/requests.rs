//! What a request costs without a socket, on one thread: reading a user in each format and changing one, through the
//! whole router. `cargo bench --bench requests` prints it; run the binary under callgrind to see where the time goes.

#![allow(clippy::unwrap_used)]

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use std::time::{Duration, Instant};
use tower::ServiceExt;
use usertwin::app::App;
use usertwin::config::Config;

// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Requests of a run.
const REQUESTS: u32 = 200;
const PBNB: &str = "/v1/core/Accounts/2/users/1";
const RESELLER: &str =
    "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users/f4237dd3-01ff-48d8-8d90-16c06605724f";

type Ask<'a> = &'a dyn Fn(usize) -> Request<Body>;

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    // What `cargo test --benches` asks for is only that it starts.
    let time = Duration::from_millis(if arguments.iter().any(|argument| argument == "--bench") { 1_000 } else { 1 });
    arguments.retain(|argument| argument != "--bench");
    let only = arguments.first().map(String::as_str);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let get = |accept: &'static str| {
        move |_: usize| {
            Request::get(PBNB).header("host", "localhost").header("accept", accept).body(Body::empty()).unwrap()
        }
    };
    let (json, xml, bson) = (get("application/json"), get("application/xml"), get("application/bson"));
    let pbnb = |n: usize| patch(PBNB, "application/json", format!(r#"{{"PasswordInfo":{{"Password":"Engine{n}"}}}}"#));
    let operation = |n: usize| format!(r#"[{{"op":"replace","path":"/displayName","value":"Ada {n}"}}]"#);
    let reseller = |n: usize| patch(RESELLER, "application/json-patch+json", operation(n));
    let file = std::env::temp_dir().join(format!("usertwin-requests-{}", std::process::id()));
    let _ = std::fs::create_dir_all(&file);
    let file_url = format!("sqlite:{}", file.join("requests.db").display());
    let all: [(&str, &str, Ask); 7] = [
        ("get-json", "sqlite::memory:", &json),
        ("get-xml", "sqlite::memory:", &xml),
        ("get-bson", "sqlite::memory:", &bson),
        ("patch-pbnb", "sqlite::memory:", &pbnb),
        ("patch-reseller", "sqlite::memory:", &reseller),
        ("patch-pbnb-durable", &file_url, &pbnb),
        ("patch-reseller-durable", &file_url, &reseller),
    ];
    for (name, database, ask) in all {
        if only.is_none_or(|only| only == name) {
            let each = runtime.block_on(measure(database, time, ask));
            println!("{name:<24} {:>8.2} µs", each.as_secs_f64() * 1e6);
        }
    }
    let _ = std::fs::remove_dir_all(&file);
}

fn patch(path: &str, media_type: &str, body: String) -> Request<Body> {
    let request = Request::patch(path).header("host", "localhost").header("authorization", "Bearer good");
    let request = request.header("content-type", media_type).header("content-length", body.len());
    request.body(Body::from(body)).unwrap()
}

async fn measure(database: &str, time: Duration, ask: Ask<'_>) -> Duration {
    let config = Config::of_flags(&["--database", database]).unwrap();
    let router = usertwin::server::Surface::new(App::open(config).await.unwrap());
    let (start, mut requests, mut fastest) = (Instant::now(), 0, Duration::MAX);
    // The fastest of many short runs: whatever else the machine does only ever adds.
    while start.elapsed() < time {
        let run = Instant::now();
        for _ in 0..REQUESTS {
            requests += 1;
            let response = router.clone().oneshot(ask(requests)).await.unwrap();
            assert_eq!(response.status(), 200);
            let _ = response.into_body().collect().await.unwrap();
        }
        fastest = fastest.min(run.elapsed() / REQUESTS);
    }
    fastest
}
