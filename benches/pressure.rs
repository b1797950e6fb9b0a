//! What a thousand slow connections and 64 parallel uploads of 256 MiB do to a server's memory, and to the latency
//! of other requests: `cargo bench --bench pressure` starts the binary, presses it over the loopback interface for some
//! minutes and prints the figures; words behind `--` choose a part, e.g. `readers`. Bodies are made while they are sent.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[allow(dead_code, reason = "each bench uses its part of what they share")]
mod harness;

use harness::support::client::Client;
use harness::support::process::ServerProcess;
use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

const USER: &str = "/v1/core/Accounts/2/users/1";
const PATIENCE: Duration = Duration::from_secs(900);

/// How hard to press.
struct Scale {
    connections: usize,
    seconds: u64,
    uploads: usize,
    bytes: usize,
}

const FULL: Scale = Scale { connections: 1000, seconds: 8, uploads: 64, bytes: 256 * 1024 * 1024 };
/// What `cargo test --benches` asks for is only that it starts.
const SMALL: Scale = Scale { connections: 20, seconds: 1, uploads: 4, bytes: 1024 * 1024 };

/// What an upload holds between `[` or `{` and its end.
const BODIES: [(&str, Body); 3] = [
    ("blanks before a patch", Body { path: USER, method: "PATCH", first: "", piece: " ", last: "{}" }),
    ("one long text", Body { path: USER, method: "PATCH", first: "{\"Remark\":\"", piece: "abcdefgh", last: "\"}" }),
    (
        "a batch of nothing",
        Body { path: "/external/api/v3/user", method: "PUT", first: "[", piece: "{},", last: "null]" },
    ),
];

#[derive(Clone, Copy)]
struct Body {
    path: &'static str,
    method: &'static str,
    first: &'static str,
    piece: &'static str,
    last: &'static str,
}

fn main() {
    let full = std::env::args().any(|argument| argument == "--bench");
    let scale = if full { FULL } else { SMALL };
    #[cfg(unix)]
    rlimit::increase_nofile_limit(4096).unwrap();
    pressed("nothing else", |_| {
        sleep(Duration::from_secs(scale.seconds));
        String::new()
    });
    pressed(&format!("{} connections that drip a head", scale.connections), |address| drip(address, &scale));
    pressed(&format!("{} readers that take nothing", scale.connections), |address| take_nothing(address, &scale));
    for (name, body) in BODIES {
        let (uploads, megabytes) = (scale.uploads, scale.bytes >> 20);
        pressed(&format!("{uploads} uploads of {megabytes} MiB: {name}"), |address| upload(address, &scale, body));
    }
}

/// A server, and one client that sends usual requests while something else presses. Words on the command line choose.
fn pressed(what: &str, press: impl FnOnce(SocketAddr) -> String) {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if !chosen.is_empty() && !chosen.iter().any(|word| what.contains(word)) {
        return;
    }
    let mut server = ServerProcess::start(&["--log", "error"]).unwrap();
    let address = server.address;
    let done = Arc::new(AtomicBool::new(false));
    let asks = {
        let done = Arc::clone(&done);
        thread::spawn(move || ask_until(&done, address))
    };
    let start = Instant::now();
    let came_of_it = press(address);
    let took = start.elapsed();
    done.store(true, Ordering::Relaxed);
    let mut times = asks.join().unwrap();
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!("{what}: {took:.1?}{came_of_it}");
    println!("  peak of memory {} MiB, {} MiB afterwards", memory(&server, "VmHWM"), memory(&server, "VmRSS"));
    println!("  {} other requests: median {:?}, 99 % {:?}, worst {:?}", times.len(), at(0.5), at(0.99), at(1.0));
    assert!(server.runs(), "the server has ended");
}

/// A field of `/proc/PID/status` in MiB; zero on a system without it.
fn memory(server: &ServerProcess, field: &str) -> u64 {
    server.status(field).unwrap_or_default() / 1024
}

/// A connection that may be kept waiting for as long as the whole press lasts.
fn connect(address: SocketAddr) -> Client {
    Client::with_patience(address, PATIENCE).unwrap()
}

/// The status of the next answer; what went wrong if there is none.
fn status(client: &mut Client) -> String {
    client.receive().map_or_else(|error| error.kind().to_string(), |answer| answer.status.to_string())
}

/// How long each of the usual requests took.
fn ask_until(done: &AtomicBool, address: SocketAddr) -> Vec<Duration> {
    let mut client = connect(address);
    let mut times = Vec::new();
    while times.is_empty() || !done.load(Ordering::Relaxed) {
        let start = Instant::now();
        assert_eq!(client.send("GET", USER, &[], &[]).unwrap().status, 200);
        times.push(start.elapsed());
        sleep(Duration::from_millis(5));
    }
    times
}

/// Heads that never end, one byte per second.
fn drip(address: SocketAddr, scale: &Scale) -> String {
    let mut clients: Vec<Client> = (0..scale.connections).map(|_| connect(address)).collect();
    clients.iter_mut().for_each(|client| client.write_all(b"GET / HTTP/1.1\r\nX: ").unwrap());
    for _ in 0..scale.seconds {
        sleep(Duration::from_secs(1));
        clients.iter_mut().for_each(|client| client.write_all(b"x").unwrap());
    }
    String::new()
}

/// Requests for answers of a megabyte that nobody reads.
fn take_nothing(address: SocketAddr, scale: &Scale) -> String {
    let text = "x".repeat(2 * 1024 * 1024);
    let fault = format!(r#"{{"match":{{"method":"DELETE"}},"effect":{{"status":200,"body":"{text}"}}}}"#);
    let headers = [("Content-Type", "application/json")];
    let added = connect(address).send("POST", "/_usertwin/worlds/main/faults", &headers, fault.as_bytes()).unwrap();
    assert_eq!(added.status, 201);
    let mut clients: Vec<Client> = (0..scale.connections).map(|_| connect(address)).collect();
    let request = format!("DELETE {USER} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // The kernel holds the first ones; more than it takes stays with the server.
    clients.iter_mut().for_each(|client| client.write_all(request.repeat(4).as_bytes()).unwrap());
    sleep(Duration::from_secs(scale.seconds));
    String::new()
}

/// Uploads at the same time, and how they were answered.
fn upload(address: SocketAddr, scale: &Scale, body: Body) -> String {
    let threads: Vec<_> = (0..scale.uploads)
        .map(|number| {
            let bytes = scale.bytes;
            thread::spawn(move || upload_one(address, bytes, body, number % 4 == 3))
        })
        .collect();
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    for thread in threads {
        *statuses.entry(thread.join().unwrap()).or_default() += 1;
    }
    format!(", answered {statuses:?}")
}

fn upload_one(address: SocketAddr, bytes: usize, body: Body, chunked: bool) -> String {
    let Body { path, method, first, piece, last } = body;
    let room = bytes - first.len() - last.len();
    let pieces = piece.repeat(64 * 1024 / piece.len());
    let rounds = room / pieces.len();
    let bytes = first.len() + rounds * pieces.len() + last.len();
    let mut client = connect(address);
    let framing = if chunked { "Transfer-Encoding: chunked".to_owned() } else { format!("Content-Length: {bytes}") };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\n\
         {framing}\r\n\r\n"
    );
    let sent = (|| {
        client.write_all(head.as_bytes())?;
        let mut part = |part: &str| match chunked {
            true => client.write_all(format!("{:x}\r\n{part}\r\n", part.len()).as_bytes()),
            false => client.write_all(part.as_bytes()),
        };
        if !first.is_empty() {
            part(first)?;
        }
        (0..rounds).try_for_each(|_| part(&pieces))?;
        part(last)?;
        if chunked { client.write_all(b"0\r\n\r\n") } else { Ok(()) }
    })();
    let status = status(&mut client);
    sent.map_or_else(|error: std::io::Error| format!("{status} ({})", error.kind()), |()| status.clone())
}
