//! Long work never runs on the threads that serve: a client that exports, compares or replaces a large world, or reads
//! a full journal, does not hold up requests to another world.

use crate::support::client::Client;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use usertwin::TestServer;

/// Users of the large world.
const USERS: u32 = 50_000;
/// How long the other client asks.
const ASKING: Duration = Duration::from_secs(6);
/// An answer that took longer was held up.
const HELD_UP: Duration = Duration::from_millis(50);

const JSON: &[(&str, &str)] = &[("Content-Type", "application/json"), ("Authorization", "Bearer any")];

/// Sends one call after the other until `done`, each to the end.
fn repeat(address: SocketAddr, done: &AtomicBool, calls: &[(&str, &str, &[u8])]) {
    let mut client = Client::connect(address).unwrap();
    for (method, path, body) in calls.iter().cycle().take_while(|_| !done.load(Ordering::Relaxed)) {
        let answer = client.send(method, path, JSON, body).unwrap();
        assert!(matches!(answer.status, 200 | 204), "{method} {path}: {}", answer.status);
    }
}

/// The time spent on answers that were held up, of the whole time: a share counts each wait by its length, where a
/// percentile would count the one GET that waits for seconds like each of the hundreds before it.
fn held_up(address: SocketAddr) -> f64 {
    let mut client = Client::connect(address).unwrap();
    let (mut all, mut held_up) = (Duration::ZERO, Duration::ZERO);
    while all < ASKING {
        let asked = Instant::now();
        let answer = client.send("GET", "/w/small/v1/core/Accounts/2/users/1", &[], b"").unwrap();
        assert_eq!(answer.status, 200);
        let took = asked.elapsed();
        all += took;
        held_up += if took > HELD_UP { took } else { Duration::ZERO };
    }
    held_up.as_secs_f64() / all.as_secs_f64()
}

/// Asks for a small world's user while `busy` clients send their calls, as many of each kind at a time as the server has
/// threads: one that is free would hide those that are not.
fn nobody_is_held_up(address: SocketAddr, busy: &[Calls]) {
    let done = AtomicBool::new(false);
    let share = std::thread::scope(|scope| {
        for calls in busy {
            let calls: Vec<_> = calls.iter().map(|(method, path, body)| (*method, path.as_str(), *body)).collect();
            let done = &done;
            scope.spawn(move || repeat(address, done, &calls));
        }
        let share = held_up(address);
        done.store(true, Ordering::Relaxed);
        share
    });
    println!("held up for {:.1} % of the time", share * 100.0);
    assert!(share < 0.5, "a GET in another world was held up for {:.0} % of the time", share * 100.0);
}

/// Calls of one client: method, path and body.
type Calls<'c> = Vec<(&'c str, String, &'c [u8])>;

fn client_of(server: &TestServer) -> (SocketAddr, Client) {
    let address = server.url().trim_start_matches("http://").parse().unwrap();
    (address, Client::connect(address).unwrap())
}

#[tokio::test]
async fn a_large_world_does_not_hold_up_another_clients_get() {
    let server = TestServer::start().await;
    let (address, mut client) = client_of(&server);
    let user = |n: u32| json!({"username": format!("user-{n}"), "pbnb": {"accountId": 2}});
    let users: Vec<_> = (0..USERS).map(user).collect();
    let large = json!({"pbnb": {"accounts": [{"id": 2}]}, "users": users}).to_string();
    let small = large.replace("user-", "other-");
    let put = client.send("PUT", "/_usertwin/worlds/large/state", JSON, large.as_bytes()).unwrap();
    assert_eq!(put.status, 204, "{}", String::from_utf8_lossy(&put.body));
    let padding = "x".repeat(60 * 1024);
    let body = format!(r#"{{"Padding":"{padding}","Password":"S3CRET"}}"#);
    for _ in 0..500 {
        client.send("PATCH", "/w/busy/v1/core/Accounts/2/users/1", JSON, body.as_bytes()).unwrap();
    }
    let fork = json!({"name": "large-too", "from": "large"}).to_string();
    assert_eq!(client.send("POST", "/_usertwin/worlds", JSON, fork.as_bytes()).unwrap().status, 201);
    let expectation = json!({"match": {"bodyContains": "nowhere"}, "times": {"exactly": 1}}).to_string();
    let of_world = |world: &str| -> Calls<'_> {
        let call = |call: &str| format!("/_usertwin/worlds/{world}/{call}");
        vec![
            ("GET", call("state"), b""),
            ("GET", call("diff"), b""),
            ("GET", call("users?search=nobody"), b""),
            ("PUT", call("state"), small.as_bytes()),
        ]
    };
    let of_journal = || -> Calls<'_> {
        let call = |call: &str| format!("/_usertwin/worlds/busy/{call}");
        vec![
            ("GET", call("requests.har"), b""),
            ("POST", call("verify"), expectation.as_bytes()),
            ("GET", call("requests?limit=500"), b""),
            ("GET", call("advice"), b""),
        ]
    };
    nobody_is_held_up(address, &[of_world("large"), of_journal(), of_world("large-too"), of_journal()]);
}

#[tokio::test]
async fn a_list_of_a_large_world_does_not_hold_up_another_clients_get() {
    const TENANT: &str = "7c3cf1d4-0b7a-4f0e-9d1a-3f6f3a2b1c00";
    let server = TestServer::start().await;
    let (address, mut client) = client_of(&server);
    let user = |n: u32| {
        json!({
            "username": format!("user-{n}"), "pbnb": {"accountId": 2}, "expoints": {}, "adminUsers": {},
            "reseller": {"memberships": [{"tenant": TENANT}]},
        })
    };
    let users: Vec<_> = (0..USERS / 2).map(user).collect();
    let large = json!({
        "pbnb": {"accounts": [{"id": 2}]}, "reseller": {"accounts": [{"id": TENANT}]},
        "adminUsers": {"accounts": [{"id": TENANT}], "languages": [{"id": TENANT}]}, "users": users,
    });
    for world in ["large", "large-too"] {
        let state = format!("/_usertwin/worlds/{world}/state");
        let put = client.send("PUT", &state, JSON, large.to_string().as_bytes()).unwrap();
        assert_eq!(put.status, 204, "{}", String::from_utf8_lossy(&put.body));
    }
    let of_world = |world: &str| -> Calls<'_> {
        let list = |path: &str| ("GET", format!("/w/{world}{path}"), &b""[..]);
        vec![
            list("/v1/core/Accounts/2/users"),
            list(&format!("/v1.0/accounts/{TENANT}/users")),
            list("/external/api/v3/user"),
            list("/api/v1/admin/users"),
        ]
    };
    nobody_is_held_up(address, &[of_world("large"), of_world("large-too"), of_world("large"), of_world("large-too")]);
}

/// A server whose world `busy` has a full journal: requests with a body of 60 KiB.
async fn busy(requests: usize) -> (TestServer, SocketAddr) {
    let server = TestServer::start().await;
    let (address, mut client) = client_of(&server);
    let body = format!(r#"{{"Padding":"{}"}}"#, "x".repeat(60 * 1024));
    for _ in 0..requests {
        client.send("PATCH", "/w/busy/v1/core/Accounts/2/users/1", JSON, body.as_bytes()).unwrap();
    }
    (server, address)
}

#[tokio::test]
async fn a_list_of_many_entries_comes_in_pieces_and_is_whole() {
    let (_server, address) = busy(40).await;
    let mut client = Client::connect(address).unwrap();
    for (path, entries, dropped) in
        [("requests", "/requests", "/dropped"), ("requests.har", "/log/entries", "/log/_dropped")]
    {
        let answer = client.send("GET", &format!("/_usertwin/worlds/busy/{path}"), &[], b"").unwrap();
        assert_eq!(answer.header("transfer-encoding"), Some("chunked"), "{path}");
        let list: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(list.pointer(entries).unwrap().as_array().unwrap().len(), 40, "{path}");
        assert_eq!(list.pointer(dropped), Some(&0.into()), "{path}");
    }
    let short = client.send("GET", "/_usertwin/worlds/none/requests", &[], b"").unwrap();
    assert_eq!(short.text(), r#"{"total":0,"undecided":0,"requests":[],"dropped":0}"#);
    assert_eq!(short.header("content-length"), Some("51"));
}

#[tokio::test]
async fn what_is_cleared_while_a_reader_stalls_is_gone_from_its_list_and_counted() {
    let (_server, address) = busy(400).await;
    let mut reader = Client::connect(address).unwrap();
    reader.send_head("GET", "/_usertwin/worlds/busy/requests.har", "");
    assert!(!reader.is_silent_for(Duration::from_secs(20)));
    let mut client = Client::connect(address).unwrap();
    assert_eq!(client.send("DELETE", "/_usertwin/worlds/busy/requests", &[], b"").unwrap().status, 204);
    let list: serde_json::Value = serde_json::from_slice(&reader.answer().body).unwrap();
    let (shown, dropped) = (list["log"]["entries"].as_array().unwrap().len() as u64, &list["log"]["_dropped"]);
    assert!(shown < 400 && *dropped == 400 - shown, "{shown} {dropped}");
}
