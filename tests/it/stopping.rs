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

#[test]
fn connections_in_the_backlog_at_the_end_are_answered() {
    let mut server = ServerProcess::start(&["--log=warn", "--max-connections=1"]).unwrap();
    let mut busy = Client::connect(server.address).unwrap();
    // On the one connection that there may be.
    let fault = r#"{"match":{"method":"GET"},"times":1,"effect":{"delayMs":2000}}"#;
    let headers = [("Content-Type", "application/json")];
    let added = busy.send("POST", "/_usertwin/worlds/main/faults", &headers, fault.as_bytes()).unwrap();
    assert_eq!(added.status, 201, "{}", added.text());
    busy.send_head("GET", USER, "");
    assert!(busy.is_silent_for(Duration::from_millis(300)));
    let mut queued: Vec<Client> = (0..20).map(|_| Client::connect(server.address).unwrap()).collect();
    for client in &mut queued {
        client.send_head("GET", USER, "");
    }
    server.terminate();
    for (number, client) in queued.iter_mut().enumerate() {
        let answer = client.receive().unwrap_or_else(|error| panic!("connection {number}: {error}"));
        assert!(answer.status == 200 && answer.closes(), "connection {number}: {answer:?}");
    }
    assert_eq!(busy.answer().status, 200);
    assert_eq!(server.ended(GRACE).code(), Some(0));
    assert!(TcpStream::connect(server.address).is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn the_first_process_of_a_container_ends_at_the_first_signal() {
    use std::process::{Command, Stdio};
    let namespace = ["--user", "--map-root-user", "--pid", "--fork", "--kill-child"];
    let mut probe = Command::new("unshare");
    let probe = probe.args(namespace).arg("true").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !probe.is_ok_and(|status| status.success()) {
        println!("skipped: this system lets nobody have processes of their own");
        return;
    }
    for _ in 0..5 {
        let mut command = Command::new("unshare");
        command.args(namespace).args([crate::support::process::USERTWIN, "serve", "--listen=127.0.0.1:0"]);
        let mut server = ServerProcess::from_command(command).unwrap();
        let children = format!("/proc/{0}/task/{0}/children", server.id());
        let child = std::fs::read_to_string(children).unwrap().trim().to_owned();
        let status = std::fs::read_to_string(format!("/proc/{child}/status")).unwrap();
        let numbers = status.lines().find(|line| line.starts_with("NSpid:")).unwrap();
        assert_eq!(numbers.split_whitespace().last(), Some("1"), "{numbers}");
        assert!(Command::new("kill").args(["-TERM", &child]).status().unwrap().success());
        assert_eq!(server.ended(GRACE).code(), Some(0));
    }
}
