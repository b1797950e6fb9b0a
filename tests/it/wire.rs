//! The bytes of a head: names of headers as the emulated servers write them, the world's time in `Date`, and addresses
//! with doubled slashes in front.

use crate::support::client::Client;
use crate::twin::server;
use usertwin::TestServer;

const PBNB: &str = "/v1/core/Accounts/2/users/1";

/// The whole answer to a request, as text; `lines` end with `\r\n`.
fn raw(server: &TestServer, method: &str, path: &str, lines: &str, body: &str) -> String {
    let mut client = Client::to(server.url());
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    client.send_bytes(format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n{lines}{length}\r\n{body}"));
    String::from_utf8(client.until_closed()).unwrap()
}

fn get(server: &TestServer, path: &str) -> String {
    raw(server, "GET", path, "Host: localhost\r\nAuthorization: Bearer good\r\n", "")
}

/// The names of an answer's headers, sorted.
fn names(answer: &str) -> Vec<&str> {
    let head = answer.split("\r\n\r\n").next().unwrap();
    let mut names: Vec<&str> = head.lines().skip(1).map(|line| line.split(": ").next().unwrap()).collect();
    names.sort_unstable();
    names
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test]
async fn header_names_have_the_case_in_which_the_emulated_servers_write_them() {
    let server = server(&["--auth", "strict"]).await;
    let anonymous = "Host: localhost\r\n";
    let common = ["Cache-Control", "Connection", "Content-Length", "Content-Type", "Date", "Expires", "Pragma"];
    let with = |name: &'static str| {
        let mut names = common.to_vec();
        names.push(name);
        names.sort_unstable();
        names
    };
    assert_eq!(names(&raw(&server, "GET", "/api/v1/admin/users", anonymous, "")), with("WWW-Authenticate"));
    assert_eq!(names(&raw(&server, "BREW", PBNB, anonymous, "")), with("Allow"));
    let json = "Host: localhost\r\nContent-Type: application/json\r\n";
    let grace = r#"{"Username":"grace","Password":"Cobol1959"}"#;
    let signed_in = raw(&server, "POST", "/v1/core/accountlogin", json, grace);
    assert_eq!(names(&signed_in), with("AuthToken"), "{signed_in}");
    let refused = raw(&server, "GET", "/api/v1.0/accounts", anonymous, "");
    assert!(names(&refused).contains(&"Request-Context") && names(&refused).contains(&"WWW-Authenticate"), "{refused}");
    let missing = raw(&server, "GET", "/nowhere", anonymous, "");
    assert_eq!(names(&missing), ["Connection", "Content-Length", "Content-Type", "Date"]);
    // hyper refuses this by itself.
    assert_eq!(names(&raw(&server, "GET", "/", "no header\r\n", "")), ["Connection", "Content-Length", "Date"]);
}

#[tokio::test]
async fn the_date_of_an_answer_is_the_worlds() {
    let server = server(&[]).await;
    let clock = |change: &str| {
        let lines = "Host: localhost\r\nContent-Type: application/json\r\n";
        let answer = raw(&server, "PUT", "/_usertwin/worlds/t/clock", lines, change);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    };
    clock(r#"{"now":"2020-02-06T12:45:27.5903465Z","frozen":true}"#);
    let bad = get(&server, "/w/t/api/v1.0/accounts/x/users/x");
    assert_eq!(header(&bad, "Date"), Some("Thu, 06 Feb 2020 12:45:27 GMT"), "{bad}");
    assert!(bad.ends_with(r#""timestamp":"2020-02-06T12:45:27.5903465Z"}"#), "{bad}");
    assert_eq!(bad.matches("\r\nDate: ").count(), 1);
    clock(r#"{"advance":"P1D"}"#);
    for path in [PBNB, "/external/api/v3/role", "/api/v1/admin/users", "/v1/core/nothing"] {
        let answer = get(&server, &format!("/w/t{path}"));
        assert_eq!(header(&answer, "Date"), Some("Fri, 07 Feb 2020 12:45:27 GMT"), "{answer}");
    }
    clock(r#"{"now":"0987-06-05T04:03:02Z"}"#);
    let answer = get(&server, &format!("/w/t{PBNB}"));
    assert!(header(&answer, "Date").unwrap().starts_with("Tue, 05 Jun 0987 04:03:0"), "{answer}");
    let other = get(&server, PBNB);
    assert!(!header(&other, "Date").unwrap().contains(" 0987 "), "another world's time is its own: {other}");
}

#[tokio::test]
async fn doubled_slashes_in_front_are_served_at_every_mount() {
    let server = server(&[]).await;
    let status = |path: &str, host: &str| {
        let answer = raw(&server, "GET", path, &format!("Host: {host}\r\nAuthorization: Bearer good\r\n"), "");
        answer.split(' ').nth(1).map(str::to_owned).unwrap_or(answer)
    };
    for path in [
        PBNB,
        "/pbnb/v1/core/Accounts/2/users/1",
        "/external/api/v3/role",
        "/api/v1/admin/users",
        "/api/v1.0/accounts",
        "/v1.0/accounts",
    ] {
        for (path, host) in [
            (format!("/{path}"), "localhost"),
            (format!("/w/t/{path}"), "localhost"),
            (format!("//w/t{path}"), "localhost"),
            (format!("//w/t/{path}"), "localhost"),
            (format!("/{path}"), "t.localhost"),
        ] {
            assert_eq!(status(&path, host), "200", "{path} at {host}");
        }
    }
    for (path, expected) in [("//token", "405"), ("//connect/token", "405"), ("//common/oauth2/v2.0/token", "405")] {
        assert_eq!(status(path, "localhost"), expected, "{path}");
    }
    // The framework folds two slashes and no more (oracle: rt-get-leaddbl).
    assert_eq!(status(&format!("//{PBNB}"), "localhost"), "404");
}
