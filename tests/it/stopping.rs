//! SIGTERM: requests in flight are finished, new ones are not taken, the exit status is 0.

use crate::client::Client;
use crate::folder::Folder;
use crate::served::{Served, database};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const USER: &str = "/v1/core/Accounts/2/users/1";
/// What requests in flight may take (spec of `serve`: ten seconds), with room for a busy machine.
const GRACE: Duration = Duration::from_secs(15);

/// The whole answer to what was sent, until the server closes.
fn rest(mut stream: TcpStream) -> String {
    stream.set_read_timeout(Some(GRACE)).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Waits until nobody listens any more.
fn refused(address: SocketAddr) {
    let start = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(5), "connections are still taken");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_slow_upload_and_a_slow_answer_are_finished_after_sigterm_and_are_durable() {
    let folder = Folder::new("stopping");
    let flags = [&database(&folder.file("twin.db")), "--log=warn"];
    let mut server = Served::start(&flags).unwrap();
    let mut upload = TcpStream::connect(server.address).unwrap();
    let body = r#"{"Username":"uploaded"}"#;
    let head = format!(
        "PATCH {USER} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    upload.write_all(head.as_bytes()).unwrap();
    upload.write_all(&body.as_bytes()[..5]).unwrap();
    let mut delayed = TcpStream::connect(server.address).unwrap();
    let get = format!("GET {USER} HTTP/1.1\r\nHost: localhost\r\nPrefer: delay=1500\r\n\r\n");
    delayed.write_all(get.as_bytes()).unwrap();
    // Both have to be in the server's hands before it is told to stop.
    std::thread::sleep(Duration::from_millis(500));
    server.terminate();
    refused(server.address);
    assert!(server.runs());
    upload.write_all(&body.as_bytes()[5..]).unwrap();
    let (uploaded, delayed) = (rest(upload), rest(delayed));
    assert!(uploaded.starts_with("HTTP/1.1 200") && uploaded.contains(r#""Username":"uploaded""#), "{uploaded}");
    assert!(delayed.starts_with("HTTP/1.1 200") && delayed.contains(r#""Success":true"#), "{delayed}");
    assert_eq!(server.ended(GRACE).code(), Some(0));

    let server = Served::start(&flags).unwrap();
    let answer = Client::connect(server.address).unwrap().send("GET", USER, &[], &[]).unwrap();
    assert!(String::from_utf8_lossy(&answer.body).contains(r#""Username":"uploaded""#), "{answer:?}");
}

#[test]
fn a_connection_without_a_request_does_not_hold_up_the_end() {
    let mut server = Served::start(&["--log=warn"]).unwrap();
    let mut idle = Client::connect(server.address).unwrap();
    assert_eq!(idle.send("GET", USER, &[], &[]).unwrap().status, 200);
    let silent = TcpStream::connect(server.address).unwrap();
    let start = Instant::now();
    server.terminate();
    assert_eq!(server.ended(GRACE).code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
    drop(silent);
}

/// The sequence of `--ids-seed` begins again with the process, and a durable world still has what it gave before.
#[test]
fn repeatable_identifiers_pass_over_those_that_a_durable_world_holds() {
    let folder = Folder::new("repeatable");
    let flags = [database(&folder.file("twin.db")), "--ids-seed=7".to_owned()];
    for name in ["first", "second"] {
        let server = Served::start(&[&flags[0], &flags[1]]).unwrap();
        let mut client = Client::connect(server.address).unwrap();
        let headers = [("Content-Type", "application/json"), ("Accept", "application/json")];
        let body = format!(r#"{{"Username":"{name}"}}"#);
        let answer = client.send("POST", "/v1/core/Accounts/2/users", &headers, body.as_bytes()).unwrap();
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(answer.status == 200 && text.contains(r#""Success":true"#), "{name}: {} {text}", answer.status);
    }
}
