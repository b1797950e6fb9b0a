//! What a thousand slow connections and 64 parallel uploads of 256 MiB do to a server's memory, and to whoever else asks
//! it meanwhile: `cargo bench --bench pressure` starts the binary, presses it over the loopback interface for some
//! minutes and prints what came of it; words behind `--` choose a part, e.g. `readers`. What is sent is made on the way.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
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

/// A server, and one client that asks as ever while something else presses. Words on the command line choose.
fn pressed(what: &str, press: impl FnOnce(SocketAddr) -> String) {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if !chosen.is_empty() && !chosen.iter().any(|word| what.contains(word)) {
        return;
    }
    let mut server = Server::start();
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
    println!("  peak of memory {} MiB, {} MiB afterwards", server.memory("VmHWM"), server.memory("VmRSS"));
    println!("  {} other requests: median {:?}, 99 % {:?}, worst {:?}", times.len(), at(0.5), at(0.99), at(1.0));
    assert!(server.process.try_wait().unwrap().is_none(), "the server is still there");
}

struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start() -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_usertwin"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--log", "error"]).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().rsplit_once("http://").unwrap().1.parse().unwrap();
        Server { process, address }
    }

    /// A figure of the kernel's about the process, in MiB; 0 where there is none.
    fn memory(&self, figure: &str) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(figure)?.strip_prefix(':'));
        line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or_default() / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn get(stream: &mut TcpStream) -> String {
    stream.write_all(format!("GET {USER} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).unwrap();
    answer(stream)
}

/// The status line of the next answer, its body read and forgotten; what went wrong if there is none.
fn answer(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            Ok(_) => return "closed".to_owned(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return error.kind().to_string(),
        }
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length =
        head.split("content-length: ").nth(1).map_or(0, |rest| rest.split('\r').next().unwrap().parse().unwrap());
    let _ = stream.read_exact(&mut vec![0; length]);
    head.split(' ').nth(1).unwrap().to_owned()
}

/// How long each of the usual requests took.
fn ask_until(done: &AtomicBool, address: SocketAddr) -> Vec<Duration> {
    let mut stream = connect(address);
    let mut times = Vec::new();
    while times.is_empty() || !done.load(Ordering::Relaxed) {
        let start = Instant::now();
        assert_eq!(get(&mut stream), "200");
        times.push(start.elapsed());
        sleep(Duration::from_millis(5));
    }
    times
}

/// Heads that never end, a byte a second.
fn drip(address: SocketAddr, scale: &Scale) -> String {
    let mut streams: Vec<TcpStream> = (0..scale.connections).map(|_| connect(address)).collect();
    streams.iter_mut().for_each(|stream| stream.write_all(b"GET / HTTP/1.1\r\nX: ").unwrap());
    for _ in 0..scale.seconds {
        sleep(Duration::from_secs(1));
        streams.iter_mut().for_each(|stream| stream.write_all(b"x").unwrap());
    }
    String::new()
}

/// Requests for answers of a megabyte that nobody reads.
fn take_nothing(address: SocketAddr, scale: &Scale) -> String {
    let text = "x".repeat(2 * 1024 * 1024);
    let fault = format!(r#"{{"match":{{"method":"DELETE"}},"effect":{{"status":200,"body":"{text}"}}}}"#);
    let head = "POST /_usertwin/worlds/main/faults HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let mut stream = connect(address);
    stream.write_all(format!("{head}Content-Length: {}\r\n\r\n{fault}", fault.len()).as_bytes()).unwrap();
    assert_eq!(answer(&mut stream), "201");
    let mut streams: Vec<TcpStream> = (0..scale.connections).map(|_| connect(address)).collect();
    let request = format!("DELETE {USER} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // The kernel holds the first ones; more than it takes stays with the server.
    streams.iter_mut().for_each(|stream| stream.write_all(request.repeat(4).as_bytes()).unwrap());
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
    let mut stream = connect(address);
    let framing = if chunked { "Transfer-Encoding: chunked".to_owned() } else { format!("Content-Length: {bytes}") };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\n\
         {framing}\r\n\r\n"
    );
    let sent = (|| {
        stream.write_all(head.as_bytes())?;
        let mut part = |part: &str| match chunked {
            true => stream.write_all(format!("{:x}\r\n{part}\r\n", part.len()).as_bytes()),
            false => stream.write_all(part.as_bytes()),
        };
        if !first.is_empty() {
            part(first)?;
        }
        (0..rounds).try_for_each(|_| part(&pieces))?;
        part(last)?;
        if chunked { stream.write_all(b"0\r\n\r\n") } else { Ok(()) }
    })();
    let status = answer(&mut stream);
    sent.map_or_else(|error: std::io::Error| format!("{status} ({})", error.kind()), |()| status.clone())
}
