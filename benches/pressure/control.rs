//! Clients of the control API that ask for much: verdicts over a full journal, archives of it, large worlds, live streams.

use super::{Load, Press, Scale, USER, connect};
use crate::harness::support::client::Client;
use crate::harness::world;
use std::io::{Read, Write};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];
/// Clients of the calls that take long.
const CLIENTS: usize = 8;
/// Bodies that faults look into.
const LOOKED_INTO: usize = 8 * 1024 * 1024;

pub(super) fn loads(scale: &Scale) -> Vec<Load<'static>> {
    let Scale { connections, exchanges, users, readers: [readers, idle], .. } = *scale;
    let mut loads: Vec<Load> = vec![
        (format!("verify by content over {exchanges} exchanges"), Box::new(verify)),
        (format!("faults that look into bodies of {} MiB", LOOKED_INTO >> 20), Box::new(faults)),
        (format!("{readers} readers of a HAR of {exchanges} exchanges"), Box::new(read_archives)),
        (format!("{idle} readers of a HAR that never read"), Box::new(ignore_archives)),
        (format!("{connections} readers of a live stream"), Box::new(|press: &Press| follow(press, true))),
        (
            format!("{connections} readers of a live stream that never read"),
            Box::new(|press: &Press| follow(press, false)),
        ),
    ];
    for count in users {
        for call in ["state", "diff", "users?limit=1000&search=user9"] {
            let load = move |press: &Press| read_world(press, count, call);
            loads.push((format!("GET {call} of {count} users"), Box::new(load)));
        }
    }
    loads
}

/// Sends a control call of the world `loaded`, which has to succeed.
fn call(client: &mut Client, method: &str, path: &str, body: &str) {
    let path = format!("/_usertwin/worlds/loaded/{path}");
    let answer = client.send(method, &path, &JSON, body.as_bytes()).unwrap();
    assert!((200..300).contains(&answer.status), "{method} {path} was answered {}", answer.status);
}

/// Fills the journal of the world `loaded`: exchanges with bodies of two kilobytes.
fn fill(press: &Press) {
    let remark = "x".repeat(2048);
    let body = format!(r#"{{"Username":"ada","Remark":"{remark}"}}"#);
    let mut client = connect(press.address);
    for _ in 0..press.scale.exchanges {
        let answer = client.send("PATCH", &format!("/w/loaded{USER}"), &JSON, body.as_bytes()).unwrap();
        assert!(answer.status < 500);
    }
}

fn verify(press: &Press) -> String {
    fill(press);
    let question = r#"{"match":{"bodyContains":"never sent"},"times":{"exactly":0}}"#;
    let asked = press.repeat(CLIENTS, move |client| call(client, "POST", "verify", question));
    format!(", {asked} verdicts")
}

fn faults(press: &Press) -> String {
    let fault = r#"{"match":{"bodyContains":"never sent"},"effect":{"status":503}}"#;
    call(&mut connect(press.address), "POST", "faults", fault);
    let remark = "y".repeat(LOOKED_INTO);
    let body = format!(r#"{{"Username":"ada","Remark":"{remark}"}}"#);
    let asked = press.repeat(CLIENTS, move |client| {
        let answer = client.send("PATCH", &format!("/w/loaded{USER}"), &JSON, body.as_bytes()).unwrap();
        assert!(answer.status < 500, "{}", answer.status);
    });
    format!(", {asked} requests")
}

fn read_archives(press: &Press) -> String {
    fill(press);
    let asked = press.repeat(press.scale.readers[0], |client| call(client, "GET", "requests.har", ""));
    format!(", {asked} archives")
}

fn ignore_archives(press: &Press) -> String {
    fill(press);
    let request = "GET /_usertwin/worlds/loaded/requests.har HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut clients: Vec<Client> = (0..press.scale.readers[1]).map(|_| connect(press.address)).collect();
    clients.iter_mut().for_each(|client| client.write_all(request.as_bytes()).unwrap());
    sleep(press.time());
    String::new()
}

fn read_world(press: &Press, users: u32, what: &'static str) -> String {
    let file = std::env::temp_dir().join(format!("usertwin-pressure-{}.json", std::process::id()));
    world::write(&file, users);
    let document = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let mut client = connect(press.address);
    call(&mut client, "PUT", "state", &document);
    let asked = press.repeat(CLIENTS, move |client| call(client, "GET", what, ""));
    format!(", {asked} answers")
}

/// Readers of a world's live stream while its requests come, two hundred a second.
fn follow(press: &Press, read: bool) -> String {
    let request = "GET /_usertwin/worlds/loaded/requests/stream HTTP/1.1\r\nHost: localhost\r\n\r\n";
    // Whoever has nothing to read yet is passed over.
    let patience = Duration::from_millis(1);
    let open = |_| Client::with_patience(press.address, patience).unwrap();
    let mut clients: Vec<Client> = (0..press.scale.connections).map(open).collect();
    clients.iter_mut().for_each(|client| client.write_all(request.as_bytes()).unwrap());
    let end = Instant::now() + press.time();
    // One thread takes what has come, in turn; a thread for each reader would be what is measured.
    let taking = read.then(|| {
        thread::spawn(move || {
            let (mut taken, mut buffer) = (0, vec![0; 256 * 1024]);
            while Instant::now() < end {
                for client in &mut clients {
                    taken += client.read(&mut buffer).unwrap_or(0);
                }
            }
            taken
        })
    });
    let body = format!(r#"{{"Username":"ada","Remark":"{}"}}"#, "z".repeat(2048));
    let mut client = connect(press.address);
    let mut sent = 0;
    while Instant::now() < end {
        client.send("PATCH", &format!("/w/loaded{USER}"), &JSON, body.as_bytes()).unwrap();
        sent += 1;
        sleep(Duration::from_millis(5));
    }
    match taking.map(|thread| thread.join().unwrap()) {
        Some(bytes) => format!(", {sent} requests, {} MiB of events", bytes >> 20),
        None => format!(", {sent} requests"),
    }
}
