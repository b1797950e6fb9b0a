//! The client of real services: over HTTP and HTTPS, with bodies as streams, and with sentences for what fails.

use crate::support::folder::Folder;
use crate::support::process::{ServerProcess, usertwin};
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use usertwin::upstream::Upstream;

/// A server that speaks TLS too, with a certificate authority in a folder of its own.
fn secure(folder: &Folder) -> ServerProcess {
    let mut command = usertwin();
    command.args(["serve", "--listen=127.0.0.1:0", "--tls"]).env("XDG_DATA_HOME", folder.path());
    ServerProcess::from_command(command).unwrap()
}

async fn asked(upstream: &Upstream) -> (u16, String) {
    let request = Request::get("/v1/core/Accounts/2/users/1").header("accept", "application/json");
    let answer = upstream.send(request.body(Body::empty()).unwrap()).await.unwrap();
    let (head, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_answers_over_http_and_over_https_on_connections_that_are_used_again() {
    let folder = Folder::new("upstream");
    let server = secure(&folder);
    let ca = folder.path().join("usertwin/ca/ca.pem");
    for (scheme, ca) in [("http", None), ("https", Some(ca.as_path()))] {
        let upstream = Upstream::open("--to", &format!("{scheme}://{}", server.address), ca).unwrap();
        for _ in 0..3 {
            let (status, body) = asked(&upstream).await;
            assert!(status == 200 && body.contains("ada@example.com"), "{scheme}: {status} {body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_a_sentence_that_names_the_service_and_a_remedy() {
    let folder = Folder::new("upstream");
    let server = secure(&folder);
    let unknown = Upstream::open("--to", &format!("https://{}", server.address), None);
    // Without any authority of the machine's own the sentence comes at once.
    let sentence = match unknown {
        Ok(upstream) => upstream.send(Request::get("/").body(Body::empty()).unwrap()).await.unwrap_err(),
        Err(sentence) => sentence,
    };
    assert!(sentence.contains("--ca"), "{sentence}");
    let closed = Upstream::open("--to", "http://127.0.0.1:1", None).unwrap();
    let sentence = closed.send(Request::get("/").body(Body::empty()).unwrap()).await.unwrap_err();
    assert!(sentence.starts_with("http://127.0.0.1:1: "), "{sentence}");
    let sentence = Upstream::open("--to", "https://x", Some(folder.path().join("none").as_path())).unwrap_err();
    assert!(sentence.starts_with("--ca "), "{sentence}");
    assert!(Upstream::open("--to", "vendor.example", None).unwrap_err().starts_with("--to vendor.example: give "));
}
