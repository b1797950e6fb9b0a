//! Worlds driven in parallel never see each other, and a reader of a world that is reset sees one state or the other.

use crate::support::folder::Folder;
use crate::twin::{Call, Twin};
use serde_json::{Value, json};
use std::sync::Arc;

const WORLDS: usize = 200;
/// The way to the one user that every world has, behind the world's prefix.
const SHARED: &str = "/v1/core/Accounts/2/users/1";
/// Requests that meet the fault of a world, or would in any other.
const TROUBLED: usize = 4;

async fn control(twin: &Twin, method: &str, path: &str, body: &Value) -> Value {
    let call = Call::anonymous(method, &format!("/_usertwin{path}"));
    let call = if body.is_null() { call } else { call.body("application/json", body.to_string()) };
    let answer = twin.send(call).await;
    assert!(answer.status.is_success(), "{method} {path}: {}", answer.whole());
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

/// Everything one test would do in its world.
async fn drive(twin: &Twin, n: usize) {
    let (path, token, name) = (format!("/worlds/w{n}"), format!("token-{n}"), format!("user-{n}"));
    let day = format!("{:04}-06-01T00:00:00Z", 2030 + n);
    let state = json!({
        "clock": { "now": day, "frozen": true },
        "pbnb": { "accounts": [{ "id": 2 }] },
        "users": [{ "username": "shared", "pbnb": { "userId": 1 } }],
        "tokens": [{ "token": token }],
    });
    control(twin, "PUT", &format!("{path}/state"), &state).await;
    let made = control(twin, "POST", &format!("{path}/users"), &json!({ "username": name, "pbnb": {} })).await;
    assert_eq!(made["createdAt"], day);
    control(twin, "PUT", &format!("{path}/clock"), &json!({ "advance": "PT1H" })).await;
    let fault = planted(twin, n).await;
    for round in 0..3 {
        let email = format!("{name}.{round}@example.com");
        let user = format!("/w/w{n}{SHARED}");
        let ask = |method: &str, token: &str| {
            Call::anonymous(method, &user).header("authorization", &format!("Bearer {token}"))
        };
        let body = format!(r#"{{"Username":"{email}"}}"#);
        let changed = twin.send(ask("PATCH", &token).body("application/json", body)).await;
        assert_eq!(changed.status, 200, "{}", changed.whole());
        let stranger = format!("token-{}", (n + 1) % WORLDS);
        assert_eq!(twin.send(ask("GET", &stranger)).await.status, 401);
        let seen = twin.send(ask("GET", &token).header("accept", "application/json")).await;
        assert!(seen.text().contains(&format!(r#""Username":"{email}""#)), "{}", seen.text());
        tokio::task::yield_now().await;
    }
    troubled(twin, n, &token, fault).await;
    recorded(twin, n, &day.replace("T00", "T01")).await;
    let exported = control(twin, "GET", &format!("{path}/state"), &Value::Null).await;
    assert_eq!(exported["clock"]["now"], day.replace("T00", "T01"));
    let users: Vec<&Value> = exported["users"].as_array().unwrap().iter().map(|user| &user["username"]).collect();
    assert_eq!(users, [&json!(format!("{name}.2@example.com")), &json!(name)]);
    assert_eq!(exported["tokens"], json!([{ "token": token, "state": "valid" }]));
}

/// How often the fault of a world applies.
fn times(n: usize) -> usize {
    1 + n % 3
}

/// A fault with a status of the world's own, which lets the six reads of the rounds pass: one that another world sent
/// and that was counted here would use it up too early.
async fn planted(twin: &Twin, n: usize) -> Value {
    let fault = json!({
        "name": format!("fault-{n}"), "match": { "operation": "getUser" }, "skip": 6, "times": times(n),
        "effect": { "status": 400 + n },
    });
    control(twin, "POST", &format!("/worlds/w{n}/faults"), &fault).await
}

/// Reads the user with a parameter that does not exist until the world's fault is spent, and some times more.
async fn troubled(twin: &Twin, n: usize, token: &str, mut fault: Value) {
    let mut statuses = Vec::new();
    for _ in 0..TROUBLED {
        let call = Call::anonymous("GET", &format!("/w/w{n}{SHARED}?by{n}=1"));
        let answer = twin.send(call.header("authorization", &format!("Bearer {token}"))).await;
        statuses.push(usize::from(answer.status.as_u16()));
        tokio::task::yield_now().await;
    }
    let mut expected = [200; TROUBLED];
    expected[..times(n)].fill(400 + n);
    assert_eq!(statuses, expected);
    (fault["matched"], fault["applied"]) = (json!(6 + TROUBLED), json!(times(n)));
    let listed = control(twin, "GET", &format!("/worlds/w{n}/faults"), &Value::Null).await;
    assert_eq!(listed, json!({ "faults": [fault] }));
}

/// The world's journal and advice hold what was sent to it, by its own clock, and nothing else.
async fn recorded(twin: &Twin, n: usize, now: &str) {
    let journal = control(twin, "GET", &format!("/worlds/w{n}/requests"), &Value::Null).await;
    let entries = journal["requests"].as_array().unwrap();
    let line = |entry: &Value| {
        let members = ["world", "at", "method", "query", "status"].map(|member| entry[member].clone());
        json!([members, entry["fault"]["name"]])
    };
    let lines: Vec<Value> = entries.iter().map(line).collect();
    let mut expected = Vec::new();
    for _ in 0..3 {
        for (method, status) in [("PATCH", 200), ("GET", 401), ("GET", 200)] {
            expected.push(json!([[format!("w{n}"), now, method, null, status], null]));
        }
    }
    for read in 0..TROUBLED {
        let (status, fault) = if read < times(n) { (400 + n, json!(format!("fault-{n}"))) } else { (200, Value::Null) };
        expected.push(json!([[format!("w{n}"), now, "GET", format!("by{n}=1"), status], fault]));
    }
    assert_eq!(lines, expected);
    let served = TROUBLED - times(n);
    let latest: Vec<&Value> = entries[entries.len() - served..].iter().map(|entry| &entry["id"]).collect();
    let advice = json!({ "total": served, "dropped": 0, "advice": [{
        "code": "query.unknown-parameter", "count": served, "requests": served, "latest": latest,
        "message": format!("The operation takes no 'by{n}' from the query; it was ignored."),
    }] });
    assert_eq!(control(twin, "GET", &format!("/worlds/w{n}/advice"), &Value::Null).await, advice);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_worlds_in_parallel_leak_no_user_token_tick_fault_line_or_advice() {
    let twin = Arc::new(Twin::with(&["--auth", "strict"], usertwin::Apis::four().demo_seed()).await);
    let tasks: Vec<_> = (0..WORLDS)
        .map(|n| {
            let twin = Arc::clone(&twin);
            tokio::spawn(async move { drive(&twin, n).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let list = control(&twin, "GET", "/worlds", &Value::Null).await;
    assert_eq!(list["worlds"].as_array().unwrap().len(), WORLDS + 1);
    assert_eq!(control(&twin, "GET", "/worlds/main/diff", &Value::Null).await["empty"], true);
    for (resource, nothing) in [
        ("faults", json!({ "faults": [] })),
        ("requests", json!({ "total": 0, "undecided": 0, "dropped": 0, "requests": [] })),
        ("advice", json!({ "total": 0, "dropped": 0, "advice": [] })),
    ] {
        assert_eq!(control(&twin, "GET", &format!("/worlds/main/{resource}"), &Value::Null).await, nothing);
    }
}

/// A state of a thousand users that all contain a mark, under a clock that shows it.
fn thousand(mark: &str) -> Value {
    let users: Vec<Value> = (0..1000)
        .map(|n| json!({ "username": format!("{mark}-{n}"), "email": mark, "pbnb": { "userId": n }, "expoints": {} }))
        .collect();
    let clock =
        json!({ "now": if mark == "a" { "2030-01-01T00:00:00Z" } else { "2040-01-01T00:00:00Z" }, "frozen": true });
    json!({ "clock": clock, "pbnb": { "accounts": [{ "id": 2 }] }, "users": users })
}

/// Resets a world between two snapshots while others read it.
async fn resets_are_one_step(twin: Twin) {
    let twin = Arc::new(twin);
    for mark in ["a", "b"] {
        control(&twin, "PUT", &format!("/worlds/{mark}/state"), &thousand(mark)).await;
    }
    control(&twin, "POST", "/worlds", &json!({ "name": "t", "from": "a" })).await;
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let twin = Arc::clone(&twin);
            tokio::spawn(async move {
                let mut seen = [0, 0];
                // Until it has met both states twice; a reader that never does ends and fails below.
                for _ in 0..100 {
                    if seen.iter().all(|times| *times >= 2) {
                        break;
                    }
                    let state = control(&twin, "GET", "/worlds/t/state", &Value::Null).await;
                    let users = state["users"].as_array().unwrap();
                    let marked = |mark: &str| users.iter().filter(|user| user["email"] == mark).count();
                    let counts = [marked("a"), marked("b")];
                    let now = state["clock"]["now"].as_str().unwrap();
                    let one = [([1000, 0], "2030-01-01T00:00:00Z"), ([0, 1000], "2040-01-01T00:00:00Z")];
                    assert!(one.contains(&(counts, now)), "{counts:?} at {now}");
                    seen[usize::from(counts[0] == 0)] += 1;
                }
                seen
            })
        })
        .collect();
    let mut spent = std::time::Duration::ZERO;
    let mut resets = 0;
    while !readers.iter().all(|reader| reader.is_finished()) {
        for mark in ["b", "a"] {
            let before = std::time::Instant::now();
            control(&twin, "POST", "/worlds/t/reset", &json!({ "from": mark })).await;
            spent += before.elapsed();
            resets += 1;
        }
    }
    let mut seen = [0, 0];
    for reader in readers {
        let [a, b] = reader.await.unwrap();
        seen = [seen[0] + a, seen[1] + b];
    }
    println!("{resets} resets, {:?} each with readers in the way; states seen {seen:?}", spent / resets);
    assert!(seen[0] > 0 && seen[1] > 0, "the readers never met a reset: {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_of_a_reset_in_memory_see_before_or_after() {
    resets_are_one_step(Twin::demo().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_of_a_reset_in_a_file_see_before_or_after() {
    let folder = Folder::new("resets");
    let url = folder.database("twin.db");
    resets_are_one_step(Twin::with(&["--database", &url], crate::twin::demo_seed()).await).await;
}
