//! The control API: users, journal, clock, state, copies of worlds, documents and the live stream.

use super::call::Call;
use super::visitor::Visitor;
use crate::harness::support::client::Client;
use serde_json::Value;
use std::io::{Read, Write};
use std::time::Duration;

/// A request that leaves an entry in the journal.
const MARKED: &str = "/v1/core/Accounts/2/users/1";

pub fn users(visitor: &mut Visitor) {
    let turn = visitor.turn();
    let body = format!(r#"{{"username":"control{turn}","pbnb":{{"accountId":2}},"expoints":{{}}}}"#);
    let made = visitor.here("POST", "/users", &body, 201);
    let made: Value = serde_json::from_slice(&made.body).unwrap_or_default();
    let path = format!("/users/{}", made["id"].as_str().unwrap_or_default());
    visitor.here("GET", &path, "", 200);
    visitor.here("PUT", &path, &format!(r#"{{"username":"changed{turn}","pbnb":{{"accountId":2}}}}"#), 200);
    let number = &made["pbnb"]["userId"];
    let read = Call::new("GET", format!("/v1/core/Accounts/2/users/{number}"));
    visitor.api(read, 200, &format!(r#""Username":"changed{turn}""#));
    visitor.here("GET", "/users?search=user&limit=10", "", 200);
    visitor.here("DELETE", &path, "", 204);
    visitor.here("GET", &path, "", 404);
}

pub fn journal(visitor: &mut Visitor) {
    // Other visitors may push the entry out before it is looked at: at full load the journal holds a fraction of a second,
    // for which a thread of a busy machine is easily kept waiting, though hardly every time.
    let seen = (0..50).any(|_| {
        visitor.api(Call::new("GET", MARKED), 200, "");
        let verified = visitor.here("POST", "/verify", r#"{"match":{"api":"pbnb","operation":"getUser"}}"#, 200);
        String::from_utf8_lossy(&verified.body).contains(r#""satisfied":true"#)
    });
    if !seen {
        visitor.wrong("the journal holds no request that was just made".to_owned());
    }
    let listed = visitor.here("GET", "/requests?limit=3&api=pbnb", "", 200);
    let listed: Value = serde_json::from_slice(&listed.body).unwrap_or_default();
    for entry in listed["requests"].as_array().into_iter().flatten() {
        if entry["world"] != visitor.world.as_str() {
            visitor.wrong(format!("{} sees {entry}", visitor.world));
        }
    }
    visitor.here("GET", "/requests.har?limit=3", "", 200);
    visitor.here("GET", "/advice", "", 200);
    if visitor.random.below(8) == 0 {
        visitor.here("DELETE", "/requests", "", 204);
        visitor.here("GET", "/requests/latest", "", 404);
    }
}

pub fn clock(visitor: &mut Visitor) {
    visitor.here("PUT", "/clock", r#"{"now":"2030-01-01T00:00:00Z","frozen":true}"#, 200);
    let path = "/api/v1.0/accounts";
    visitor.api(Call::new("GET", path), 200, r#""timestamp":"2030-01-01T00:00:00.0000000Z""#);
    visitor.here("PUT", "/clock", r#"{"advance":"P1DT1H"}"#, 200);
    visitor.api(Call::new("GET", path), 200, r#""timestamp":"2030-01-02T01:00:00.0000000Z""#);
    visitor.here("PUT", "/clock", "{}", 200);
    visitor.here("GET", "/clock", "", 200);
}

pub fn documents(visitor: &mut Visitor) {
    let document = visitor.of(&["pbnb", "reseller", "expoints", "admin-users", "control"]);
    for path in [&format!("/openapi/{document}.json"), "/docs", "/metrics", "/worlds", "/health", "/health/ready"] {
        visitor.send(Call::anonymous("GET", format!("/_usertwin{path}")), 200, "");
    }
}

pub fn state(visitor: &mut Visitor) {
    let document = visitor.here("GET", "/state", "", 200);
    let text = String::from_utf8_lossy(&document.body).into_owned();
    visitor.here("PUT", "/state", r#"{"users":[{"username":"alone","expoints":{}}]}"#, 204);
    visitor.api(Call::new("GET", "/external/api/v3/user"), 200, r#"[{"Username":"alone""#);
    visitor.here("PUT", "/state", &text, 204);
    let again = visitor.here("GET", "/state", "", 200);
    if again.body != document.body {
        visitor.wrong(format!("{} differs from the document that was put", visitor.world));
    }
}

pub fn copies(visitor: &mut Visitor) {
    let (world, copy) = (visitor.world.clone(), format!("{}-copy", visitor.world));
    visitor.own("POST", "", &format!(r#"{{"name":"{copy}","from":"{world}"}}"#), 201);
    visitor.own("POST", "", &format!(r#"{{"name":"{copy}","from":"{world}"}}"#), 409);
    let diff = |from: &str| Call::anonymous("GET", format!("/_usertwin/worlds/{copy}/diff?from={from}"));
    visitor.send(diff(&world), 200, r#""empty":true"#);
    let change = Call::new("PATCH", format!("/w/{copy}{MARKED}")).json(r#"{"Username":"copied"}"#);
    visitor.send(change, 200, r#""Username":"copied""#);
    visitor.send(diff(&world), 200, r#""after":"copied""#);
    visitor.own("POST", &format!("/{copy}/reset"), &format!(r#"{{"from":"{world}"}}"#), 204);
    visitor.send(diff(&world), 200, r#""empty":true"#);
    visitor.own("POST", &format!("/{copy}/reset"), "", 204);
    visitor.send(diff("seed"), 200, r#""empty":true"#);
    visitor.own("DELETE", &format!("/{copy}"), "", 204);
    // A world that is not there is as good as dropped.
    visitor.own("DELETE", &format!("/{copy}"), "", 204);
}

/// Opens the live stream, makes a request, waits until it appears there, and hangs up.
pub fn stream(visitor: &mut Visitor) {
    let path = format!("/_usertwin/worlds/{}/requests/stream", visitor.world);
    let opened = Client::with_patience(visitor.address, Duration::from_secs(20)).and_then(|mut client| {
        write!(client, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
        Ok(client)
    });
    let mut stream = match opened {
        Ok(stream) => stream,
        Err(error) => return visitor.wrong(format!("the stream did not open: {error}")),
    };
    let mut received = Vec::new();
    // The stream contains entries from the moment at which its head was sent.
    let mut marked = false;
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(bytes) if bytes > 0 => received.extend_from_slice(&buffer[..bytes]),
            other => {
                let text = String::from_utf8_lossy(&received);
                return visitor.wrong(format!("the stream ended with {other:?} after {text}"));
            }
        }
        let text = String::from_utf8_lossy(&received);
        if !marked && text.contains("\r\n\r\n") {
            marked = true;
            if !text.starts_with("HTTP/1.1 200 ") {
                return visitor.wrong(format!("the stream began with {text}"));
            }
            visitor.api(Call::new("GET", MARKED), 200, "");
        }
        // A reader that is left behind by other worlds' entries receives a reload event.
        if text.contains("event: request") || text.contains("event: reload") {
            return;
        }
    }
}

pub fn mistakes(visitor: &mut Visitor) {
    visitor.here("PUT", "/state", r#"{"users":[{"enabled":1}]}"#, 400);
    visitor.here("PUT", "/clock", r#"{"now":"tomorrow"}"#, 400);
    visitor.here("POST", "/faults", r#"{"effect":{}}"#, 400);
    visitor.here("GET", "/diff?from=nowhere", "", 404);
    visitor.here("GET", "/users?limit=0", "", 400);
    visitor.here("POST", "/reset", r#"{"from":"nowhere"}"#, 404);
    visitor.here("PATCH", "/state", "{}", 405);
    visitor.own("GET", "/not%20a%20name/state", "", 400);
    visitor.send(Call::anonymous("GET", "/_usertwin/nothing"), 404, "No control call lives at this path.");
}
