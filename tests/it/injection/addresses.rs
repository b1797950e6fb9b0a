//! Paths that try to lead elsewhere, and values that would add a header to an answer.

use super::read;
use crate::support::client::Client;
use crate::support::folder::Folder;
use crate::twin::{Call, Twin};
use serde_json::json;
use usertwin::TestServer;

/// The whole answer to a request, its head included.
fn get(server: &TestServer, path: &str, headers: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
    String::from_utf8_lossy(&Client::to(server.url()).send_bytes(request).until_closed()).into_owned()
}

#[tokio::test]
async fn dots_and_slashes_lead_nowhere_else() {
    let server = TestServer::start().await;
    for path in [
        "/w/../../../../etc/passwd",
        "/w/..%2f..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/..%c0%af../etc/passwd",
        "/_usertwin/docs/../../Cargo.toml",
        "/_usertwin/docs/..%2f..%2fCargo.toml",
        "/_usertwin/docs/%2e%2e/%2e%2e/Cargo.toml",
        "/_usertwin/docs/..\\..\\Cargo.toml",
        "/_usertwin/docs/..%5c..%5cCargo.toml",
        "/_usertwin/docs/docs.js%00",
        "/_usertwin/docs/",
        "/_usertwin/openapi/../../Cargo.toml",
        "/_usertwin/openapi/..%2f..%2fopenapi%2fpbnb.json",
        "/_usertwin/openapi/%2e%2e%2fpbnb.json",
        "/_usertwin/openapi/pbnb.json%00",
        "/_usertwin/openapi/pbnb.json/..",
        "/_usertwin/openapi/.json",
        "/_usertwin/openapi/pbnb",
        "/_usertwin/worlds/..%2f..%2fetc%2fpasswd/state",
        "/_usertwin/worlds/..%2fmain/state",
        "/_usertwin/worlds/main%00/state",
        "/_usertwin/worlds/main%2fstate",
        "/_usertwin/worlds/..%5cmain/state",
        "/_usertwin/worlds/main/users/..%2f..%2fstate",
        "/_usertwin/worlds/main/requests/..%2f..%2fstate",
        "/w/main%2f../_usertwinx/worlds",
        "/w/..%2fmain/v1/core/Accounts/2/users/1",
        "/w/main%00/v1/core/Accounts/2/users/1",
        "/w/main%5c/v1/core/Accounts/2/users/1",
        "/v1/../_usertwin/worlds",
        "/v1/%2e%2e/_usertwin/worlds",
        "/v1/..%2f_usertwin/worlds",
        "/v1/..\\_usertwin\\worlds",
        "/external/..%2f_usertwin/worlds",
        "/api/v1.0/../../_usertwin/worlds",
        "/api/v1/admin/users/..%5c..%5c",
        "/v1/core/Accounts/2/users/..%2f..%2f3%2fusers%2f1",
    ] {
        let answer = get(&server, path, "Authorization: Bearer good\r\n");
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(["400", "404", "405"].contains(&status), "{path}: {answer}");
        for inside in ["root:", "[package]", "\"worlds\"", "\"openapi\"", "\"Username\"", "Engine1842"] {
            assert!(!answer.contains(inside), "{path}: {answer}");
        }
    }
    assert!(get(&server, "/_usertwin/openapi/pbnb.json", "").starts_with("HTTP/1.1 200"), "what there is, is served");
}

#[tokio::test]
async fn a_world_of_dots_is_neither_another_world_nor_a_folder() {
    let folder = Folder::new("dots");
    std::fs::create_dir(folder.file("data")).unwrap();
    let url = folder.database("data/twin.db");
    let twin = Twin::with(&["--database", &url], crate::twin::demo_seed()).await;
    let user = "v1/core/Accounts/2/users/1";
    for world in [".", "..", "...", "a..b", ".db", "-rf"] {
        let removed = twin.send(Call::new("DELETE", &format!("/w/{world}/{user}"))).await;
        assert!([200, 400].contains(&removed.status.as_u16()), "{world}: {}", removed.whole());
        twin.send(Call::new("DELETE", &format!("/_usertwin/worlds/{world}"))).await;
    }
    assert_eq!(read(&twin, &format!("/{user}")).await["Data"]["Username"], "ada");
    let found: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(found, ["data"]);
}

#[tokio::test]
async fn no_value_of_a_client_adds_a_header_to_an_answer() {
    let server = TestServer::with_flags(&["--allowed-origin", "http://app.test"]).await.unwrap();
    let evil = "%0d%0aX-Evil:%201";
    let authorize = "/connect/authorize?client_id=app&response_type=code";
    let user = "/v1/core/Accounts/2/users/1";
    for (path, headers) in [
        (format!("{authorize}&redirect_uri=http%3A%2F%2Fc%2F{evil}"), ""),
        (format!("{authorize}&redirect_uri=http%3A%2F%2Fc%2Fcb%3Fa%3D{evil}%0d%0a%0d%0abody"), ""),
        (format!("{authorize}&redirect_uri=http%3A%2F%2Fc&state={evil}"), ""),
        (format!("{authorize}&redirect_uri=http%3A%2F%2Fc&state=%E2%80%A8X-Evil:1%C2%85X-Evil:1%00"), ""),
        (format!("{authorize}&redirect_uri=http%3A%2F%2Fc%E2%80%A8%0bX-Evil:1"), ""),
        (format!("{authorize}&redirect_uri=http%3A%2F%2Fc&scope=openid{evil}"), ""),
        (user.to_owned(), "Prefer: status=503, delay=1\tX-Evil: 1\r\n"),
        (user.to_owned(), "Prefer: status=\"503%0d%0aX-Evil: 1\"\r\n"),
        (user.to_owned(), "Prefer: delay=1;x=\rX-Evil: 1\r\n"),
        (user.to_owned(), "Prefer: disconnect=none\r\n X-Evil: 1\r\n"),
        (user.to_owned(), "Accept: text/plain\u{b}X-Evil: 1\r\nAccept-Charset: utf-8%0d%0aX-Evil: 1\r\n"),
        (format!("/api/v1.0/accounts/{evil}"), "Authorization: Bearer \"%0d%0aX-Evil: 1\r\n"),
        (format!("/external/api/v3/user?{evil}"), "Authorization: x%0d%0aX-Evil: 1\r\n"),
        (format!("/_usertwin/worlds/{evil}/state"), "Origin: http://app.test\r\nAccess-Control-Request-Headers: a\r\n"),
        ("/_usertwin/worlds".to_owned(), "Origin: http://app.test%0d%0aX-Evil: 1\r\n"),
        (user.to_owned(), "X-Forwarded-Host: c%0d%0aX-Evil: 1\r\nX-Forwarded-Proto: h\rX-Evil: 1\r\n"),
    ] {
        let answer = get(&server, &path, headers);
        let head = answer.split("\r\n\r\n").next().unwrap().to_lowercase();
        assert!(answer.starts_with("HTTP/1.1 "), "{path}");
        let names = head.split(['\r', '\n', '\u{b}', '\u{85}', '\u{2028}']).skip(1);
        assert!(names.map(str::trim_start).all(|line| !line.starts_with("x-evil")), "{path} {headers:?}: {head}");
    }
    let sent = get(&server, &format!("{authorize}&redirect_uri=http%3A%2F%2Fc&state={evil}"), "");
    assert!(sent.contains("&state=%0D%0AX-Evil%3A%201\r\n"), "{sent}");
    let sent = get(&server, user, "Prefer: status=503\r\n");
    assert!(sent.to_lowercase().contains("preference-applied: status=503\r\n"), "{sent}");
}

#[tokio::test]
async fn no_value_of_a_document_adds_a_header_to_an_answer() {
    let twin = Twin::demo().await;
    for kind in ["text/html\r\nX-Evil: 1", "a\nb", "a\u{0}", "\u{7f}"] {
        let fault = json!({"effect": {"body": "x", "contentType": kind}});
        let call = Call::new("POST", "/_usertwin/worlds/main/faults").body("application/json", fault.to_string());
        assert_eq!(twin.send(call).await.status, 400, "{kind:?}");
        let world = json!({"name": kind});
        let call = Call::new("POST", "/_usertwin/worlds").body("application/json", world.to_string());
        assert_eq!(twin.send(call).await.status, 400, "{kind:?}");
    }
    // Where a client's own address becomes a link, what no header can carry is left out rather than cut.
    let users = "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users";
    let new = |email: &str| json!({"email": email, "displayName": "x\r\nX-Evil: 1"}).to_string();
    for host in ["c\t", "c d", "c\u{e9}"] {
        let call = Call::new("POST", users)
            .header("x-forwarded-host", host)
            .body("application/json", new(&format!("{}@x", host.len())));
        let answer = twin.send(call).await;
        assert!(answer.headers.get("x-evil").is_none() && answer.status != 500, "{}", answer.whole());
    }
}
