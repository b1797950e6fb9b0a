//! Faults and preferences, whose errors are not caused by a mistake in the request, and clients that hang up.

use super::call::Call;
use super::visitor::Visitor;
use crate::harness::support::client::Client;
use crate::harness::world::{TENANT, user_id};
use std::io::Write;

/// A read of each API, by the name that matches have for it.
fn target(visitor: &mut Visitor) -> (&'static str, Call) {
    let api = visitor.of(&["pbnb", "reseller", "expoints", "adminUsers"]);
    let path = match api {
        "pbnb" => "/v1/core/Accounts/2/users/1".to_owned(),
        "reseller" => format!("/api/v1.0/accounts/{TENANT}/users/{}", user_id(1)),
        "expoints" => "/external/api/v3/role".to_owned(),
        _ => format!("/api/v1/admin/users/{}", user_id(1)),
    };
    (api, Call::new("GET", path))
}

/// Adds a fault for one call only: a request whose client hung up may still be on its way, and would be counted.
fn add(visitor: &mut Visitor, api: &str, call: &Call, rest: &str) {
    let (method, path) = (call.method, &call.path);
    let concerned = format!(r#"{{"api":"{api}","method":"{method}","path":"{path}"}}"#);
    visitor.here("POST", "/faults", &format!(r#"{{"match":{concerned},{rest}}}"#), 201);
}

pub fn refusals(visitor: &mut Visitor) {
    let (api, call) = target(visitor);
    let status = visitor.of(&[429, 500, 503]);
    add(visitor, api, &call, &format!(r#""skip":1,"times":2,"effect":{{"status":{status},"retryAfter":1}}"#));
    for expected in [200, status, status, 200] {
        visitor.api(call.clone(), expected, "");
    }
    visitor.here("DELETE", "/faults", "", 204);
    visitor.api(call.clone().with("Prefer", format!("status={status}, delay=3")), status, "");
    add(
        visitor,
        api,
        &call,
        r#""times":1,"effect":{"body":"<html>gateway</html>","contentType":"text/html","status":502}"#,
    );
    visitor.api(call.clone(), 502, "<html>gateway</html>");
    visitor.api(call, 200, "");
    visitor.here("DELETE", "/faults", "", 204);
}

pub fn cuts(visitor: &mut Visitor) {
    let (api, call) = target(visitor);
    let effect = visitor.of(&[
        r#"{"disconnect":"beforeResponse"}"#,
        r#"{"disconnect":"midBody"}"#,
        r#"{"truncateBody":0.3,"delayMs":{"min":1,"max":5}}"#,
    ]);
    add(visitor, api, &call, &format!(r#""times":1,"effect":{effect}"#));
    visitor.cut(call.clone());
    visitor.api(call.clone(), 200, "");
    visitor.here("DELETE", "/faults", "", 204);
    let preferred = visitor.of(&["disconnect=before-response", "disconnect=mid-body"]);
    visitor.cut(call.with("Prefer", preferred));
}

pub fn limits(visitor: &mut Visitor) {
    let (api, call) = target(visitor);
    // So that no time passes between the requests.
    visitor.here("PUT", "/clock", r#"{"frozen":true}"#, 200);
    add(visitor, api, &call, r#""effect":{"rateLimit":{"requests":2,"perSeconds":60}}"#);
    for expected in [200, 200, 429] {
        visitor.api(call.clone(), expected, "");
    }
    visitor.here("PUT", "/clock", r#"{"advance":"PT30S"}"#, 200);
    for expected in [200, 429] {
        visitor.api(call.clone(), expected, "");
    }
    visitor.here("DELETE", "/faults", "", 204);
    visitor.here("PUT", "/clock", "{}", 200);
    visitor.api(call, 200, "");
}

/// Clients that send half a request, or do not wait for the answer. They use `main`: the server may notice only later that
/// they are gone, when the visitor has cleared the journal of its own world, or dropped that, which would be made anew.
pub fn hang_up(visitor: &mut Visitor) {
    let address = visitor.address;
    let head = |method: &str, path: &str| format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n");
    let requests = [
        "PATCH /w/".to_owned(),
        head("GET", "/v1/core/Accounts/2/users"),
        head("GET", "/v1/core/Accounts/2/users") + "\r\n",
        head("PATCH", "/v1/core/Accounts/2/users/1")
            + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"Username\":\"lost\"",
        head("PUT", "/external/api/v3/user")
            + "Authorization: Bearer good\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n<ArrayOf",
    ];
    let request = &requests[visitor.random.below(requests.len() as u32) as usize];
    let hung_up = Client::connect(address).and_then(|mut client| client.write_all(request.as_bytes()));
    if let Err(error) = hung_up {
        visitor.wrong(format!("a client that hangs up: {error}"));
    }
    let text = visitor.send(Call::new("GET", "/v1/core/Accounts/2/users/1"), 200, "").body;
    if String::from_utf8_lossy(&text).contains("lost") {
        visitor.wrong("half a request was carried out".to_owned());
    }
}
