//! SIGTERM: requests in flight are finished, new ones are not taken, the exit status is 0.

use crate::support::client::Client;
use crate::support::deadline::wait_until;
use crate::support::folder::Folder;
use crate::support::process::{ServerProcess, database};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const USER: &str = "/v1/core/Accounts/2/users/1";
/// How long requests in flight may take (`serve` gives them ten seconds), with room for a busy machine.
const GRACE: Duration = Duration::from_secs(15);

#[test]
fn a_slow_upload_and_a_slow_answer_are_finished_after_sigterm_and_are_durable() {
    let folder = Folder::new("stopping");
    let flags = [&database(&folder.file("twin.db")), "--log=warn"];
    let mut server = ServerProcess::start(&flags).unwrap();
    let connect = || Client::connect(server.address).unwrap();
    let (mut upload, mut delayed) = (connect(), connect());
    let body = r#"{"Username":"uploaded"}"#;
    let lines = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    upload.send_head_and_wait("PATCH", USER, &lines).send_bytes(&body[..5]);
    delayed.send_delayed_get(USER, 1500);
    server.terminate();
    wait_until("no connection is accepted", || TcpStream::connect(server.address).is_err());
    assert!(server.runs());
    upload.send_bytes(&body[5..]);
    let (uploaded, delayed) = (upload.answer(), delayed.answer());
    assert!(uploaded.status == 200 && uploaded.text().contains(r#""Username":"uploaded""#), "{uploaded:?}");
    assert!(delayed.status == 200 && delayed.text().contains(r#""Success":true"#), "{delayed:?}");
    assert_eq!(server.ended(GRACE).code(), Some(0));

    let server = ServerProcess::start(&flags).unwrap();
    let answer = Client::connect(server.address).unwrap().send("GET", USER, &[], &[]).unwrap();
    assert!(String::from_utf8_lossy(&answer.body).contains(r#""Username":"uploaded""#), "{answer:?}");
}

#[test]
fn a_connection_without_a_request_does_not_hold_up_the_end() {
    let mut server = ServerProcess::start(&["--log=warn"]).unwrap();
    let mut idle = Client::connect(server.address).unwrap();
    assert_eq!(idle.send("GET", USER, &[], &[]).unwrap().status, 200);
    let silent = TcpStream::connect(server.address).unwrap();
    let start = Instant::now();
    server.terminate();
    assert_eq!(server.ended(GRACE).code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
    drop(silent);
}

/// The sequence of `--ids-seed` begins again with the process, and a durable world still contains the identifiers that it gave out before.
#[test]
fn repeatable_identifiers_pass_over_those_that_a_durable_world_holds() {
    let folder = Folder::new("repeatable");
    let flags = [database(&folder.file("twin.db")), "--ids-seed=7".to_owned()];
    for name in ["first", "second"] {
        let server = ServerProcess::start(&[&flags[0], &flags[1]]).unwrap();
        let mut client = Client::connect(server.address).unwrap();
        let headers = [("Content-Type", "application/json"), ("Accept", "application/json")];
        let body = format!(r#"{{"Username":"{name}"}}"#);
        let answer = client.send("POST", "/v1/core/Accounts/2/users", &headers, body.as_bytes()).unwrap();
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(answer.status == 200 && text.contains(r#""Success":true"#), "{name}: {} {text}", answer.status);
    }
}
