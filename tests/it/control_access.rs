//! Who may call the control API: hosts, browser origins and the control token.

use crate::support::client::Client;
use crate::twin::{Answer, Call, Twin};
use serde_json::Value;
use usertwin::TestServer;

const WORLDS: &str = "/_usertwin/worlds";

fn call(method: &str, path: &str) -> Call {
    Call::anonymous(method, path)
}

#[track_caller]
fn refused(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status);
    assert_eq!(answer.header("content-type").as_deref(), Some("application/problem+json"));
    let document: Value = serde_json::from_slice(&answer.body).unwrap();
    let detail = document["detail"].as_str().unwrap();
    assert!(detail.contains(words), "{detail}");
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_host_that_could_be_rebound_is_refused_unless_listed() {
    let twin =
        Twin::with(&["--allowed-host", "twin.test", "--allowed-host", "b.test"], usertwin::Apis::four().demo_seed())
            .await;
    for host in ["127.0.0.1:8080", "[::1]:8080", "localhost", "t1.localhost:80", "twin.test:8080", "b.test"] {
        assert_eq!(twin.send(call("GET", WORLDS).host(host)).await.status, 200, "{host}");
    }
    for host in ["evil.test", "twin.test.evil.test", "127.0.0.1.nip.test", ""] {
        refused(&twin.send(call("GET", WORLDS).host(host)).await, 403, "may not reach the control API");
        refused(&twin.send(call("GET", "/_usertwin/nothing").host(host)).await, 403, "may not reach the control API");
    }
    let user = Call::new("GET", "/v1/core/Accounts/2/users/1").host("evil.test");
    assert_eq!(twin.send(user).await.status, 200, "the APIs themselves answer under any name");
}

#[tokio::test]
async fn another_website_is_refused_and_nothing_is_changed() {
    let twin = Twin::demo().await;
    let fork = |origin: &str| call("POST", WORLDS).header("origin", origin).body("text/plain", r#"{"name":"t"}"#);
    for origin in ["http://evil.test", "null", "http://localhost:3000", "https://localhost.evil.test"] {
        refused(&twin.send(fork(origin)).await, 403, "may not call the control API");
    }
    let silent = call("GET", WORLDS).header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "no-cors");
    refused(&twin.send(silent).await, 403, "Another website");
    assert!(!twin.send(call("GET", WORLDS)).await.text().contains("\"t\""));
    let link =
        call("GET", "/_usertwin/docs").header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate");
    assert_eq!(twin.send(link).await.status, 200);
    assert_eq!(twin.send(fork("http://localhost")).await.status, 201, "the page's own origin");
}

#[tokio::test]
async fn a_listed_origin_gets_the_headers_of_cors() {
    let twin =
        Twin::with(&["--allowed-origin", "http://app.test:3000/", "--control-token", "s"], crate::twin::demo_seed())
            .await;
    let preflight = call("OPTIONS", WORLDS)
        .header("origin", "http://app.test:3000")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type");
    let answer = twin.send(preflight).await;
    assert_eq!(answer.whole(), "204\nno content type\n");
    for (name, value) in [
        ("access-control-allow-origin", "http://app.test:3000"),
        ("access-control-allow-methods", "GET, POST, PUT, DELETE"),
        ("access-control-allow-headers", "authorization,content-type"),
        ("vary", "Origin"),
    ] {
        assert_eq!(answer.header(name).as_deref(), Some(value), "{name}");
    }
    let asked = call("GET", WORLDS).header("origin", "http://app.test:3000");
    let answer = twin.send(asked).await;
    assert_eq!(answer.status, 401, "a listed origin still needs the token");
    assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some("http://app.test:3000"));
    let asked = call("GET", WORLDS).header("origin", "http://app.test:3000").header("authorization", "Bearer s");
    assert_eq!(twin.send(asked).await.status, 200);
    let stranger =
        call("OPTIONS", WORLDS).header("origin", "http://b.test").header("access-control-request-method", "POST");
    refused(&twin.send(stranger).await, 403, "http://b.test");
}

#[tokio::test]
async fn everything_but_health_and_pages_needs_the_control_token() {
    let twin = Twin::with(&["--control-token", "secret"], crate::twin::demo_seed()).await;
    for path in [WORLDS, "/_usertwin/metrics", "/_usertwin/nothing", "/_usertwin/health/x"] {
        let answer = twin.send(call("GET", path)).await;
        refused(&answer, 401, "control token");
        assert_eq!(answer.header("www-authenticate").as_deref(), Some("Bearer"));
    }
    for wrong in ["Bearer Secret", "Bearer secre", "Bearer secrets", "Bearer ", "Basic secret", "secret", "Bearer good"]
    {
        refused(&twin.send(call("GET", WORLDS).header("authorization", wrong)).await, 401, "control token");
    }
    for right in ["Bearer secret", "bearer  secret"] {
        assert_eq!(twin.send(call("GET", WORLDS).header("authorization", right)).await.status, 200);
    }
    for path in ["/_usertwin/health", "/_usertwin/health/live", "/_usertwin/health/ready"] {
        assert_eq!(twin.send(call("GET", path)).await.status, 200, "{path}");
    }
    let user = twin.get("/v1/core/Accounts/2/users/1", "*/*").await;
    assert_eq!(user.status, 200, "the vendors' APIs know no control token");
}

/// Calls that change something, each of which a page could send without asking first.
const CHANGES: [(&str, &str, &str); 8] = [
    ("POST", "/worlds", r#"{"name":"t"}"#),
    ("POST", "/worlds/main/reset", ""),
    ("PUT", "/worlds/main/state", "{}"),
    ("POST", "/worlds/main/users", r#"{"username":"mallory"}"#),
    ("DELETE", "/worlds/main/users/f4237dd3-01ff-48d8-8d90-16c06605724f", ""),
    ("POST", "/worlds/main/faults", r#"{"effect":{"status":500}}"#),
    ("PUT", "/worlds/main/clock", r#"{"now":"2001-01-01T00:00:00Z"}"#),
    ("DELETE", "/worlds/main/requests", ""),
];

#[tokio::test]
async fn no_form_of_another_website_changes_anything_behind_any_prefix() {
    let twin = Twin::demo().await;
    let before = twin.document().await;
    let pages: [&[(&'static str, &str)]; 8] = [
        &[("origin", "http://evil.test")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", "http://localhost.evil.test"), ("sec-fetch-site", "same-origin")],
        &[("origin", "file://")],
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")],
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")],
        &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")],
    ];
    for (method, path, body) in CHANGES {
        for prefix in ["", "/w/main", "/w/t", "/w/..", "/w/%00"] {
            for kind in [
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json",
                "",
            ] {
                for page in pages {
                    let sent = call(method, &format!("{prefix}/_usertwin{path}")).body(kind, body);
                    let sent = page.iter().fold(sent, |sent, (name, value)| sent.header(name, value));
                    let answer = twin.send(sent).await;
                    assert_eq!(answer.status, 403, "{method} {prefix}{path} {kind} {page:?}: {}", answer.text());
                }
            }
        }
    }
    assert_eq!(twin.document().await, before);
    assert_eq!(twin.send(call("GET", "/_usertwin/worlds/main/faults")).await.text(), r#"{"faults":[]}"#);
}

#[tokio::test]
async fn hosts_and_the_token_are_also_checked_behind_a_worlds_prefix() {
    let twin = Twin::with(&["--control-token", "secret"], crate::twin::demo_seed()).await;
    for path in [
        "/w/t/_usertwin/worlds",
        "/w/../_usertwin/worlds",
        "/w/%00/_usertwin/worlds",
        "/w/t/_usertwin/metrics",
        "/w/t/_usertwin/nothing",
    ] {
        refused(&twin.send(call("GET", path)).await, 401, "control token");
        let rebound = call("GET", path).host("evil.test").header("authorization", "Bearer secret");
        refused(&twin.send(rebound).await, 403, "may not reach the control API");
        assert_ne!(twin.send(call("GET", path).header("authorization", "Bearer secret")).await.status, 401, "{path}");
    }
    for world in ["t", ".."] {
        let health = twin.send(call("GET", &format!("/w/{world}/_usertwin/health"))).await;
        assert_eq!(health.status, 200, "{}", health.text());
    }
}

#[tokio::test]
async fn a_frame_on_another_website_does_not_count_as_a_followed_link() {
    let twin = Twin::demo().await;
    let visit = |destination: &str| {
        let sent = call("GET", WORLDS).header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate");
        sent.header("sec-fetch-dest", destination)
    };
    assert_eq!(twin.send(visit("document")).await.status, 200);
    for hidden in ["iframe", "frame", "embed", "object", "empty", "image"] {
        refused(&twin.send(visit(hidden)).await, 403, "Another website");
    }
}

#[tokio::test]
async fn a_request_without_one_valid_host_is_refused() {
    let server = TestServer::start().await;
    let asked = |head: &str| {
        let mut client = Client::to(server.url());
        client.send_bytes(format!("{head}Connection: close\r\n\r\n")).answer().status
    };
    assert_eq!(asked("GET /_usertwin/worlds HTTP/1.1\r\nHost: localhost\r\n"), 200);
    assert_eq!(asked("GET http://localhost/_usertwin/worlds HTTP/1.1\r\nHost: localhost\r\n"), 200);
    for head in [
        "GET /_usertwin/worlds HTTP/1.0\r\n",
        "GET /_usertwin/worlds HTTP/1.1\r\n",
        "GET /_usertwin/worlds HTTP/1.1\r\nHost:\r\n",
        "GET /_usertwin/worlds HTTP/1.1\r\nHost: evil.test\r\nHost: localhost\r\n",
        "GET http://evil.test/_usertwin/worlds HTTP/1.1\r\nHost: localhost\r\n",
        "GET http://localhost/_usertwin/worlds HTTP/1.1\r\nHost: evil.test\r\n",
        "GET /_usertwin/worlds HTTP/1.1\r\nHost: localhost:80@evil.test\r\n",
        "GET /_usertwin/worlds HTTP/1.1\r\nHost: evil.test#.localhost\r\n",
        "GET /_usertwin/worlds HTTP/1.1\r\nHost: evil.test/.localhost\r\n",
        "GET /_usertwin/worlds HTTP/1.1\r\nHost: [::1].evil.test\r\n",
    ] {
        assert!([400, 403].contains(&asked(head)), "{head}");
    }
}
