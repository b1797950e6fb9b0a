//! The load generator: one thread over epoll, connections that are kept and have one request in flight each, latency
//! request by request. An answer that is not a 2xx, or that reports a failure, ends the bench.

use crate::harness::random::Random;
use crate::harness::support::process::ServerProcess;
use crate::harness::workload::Workload;
use hdrhistogram::Histogram;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long the server may be silent on all connections.
const PATIENCE: Duration = Duration::from_secs(30);
/// New connections and cold caches do not belong to a figure.
const WARM_UP: Duration = Duration::from_millis(100);

/// Which requests go to which server.
#[derive(Clone, Copy)]
pub struct Load<'server> {
    pub server: &'server ServerProcess,
    pub workload: Workload,
    /// How many users the world has; requests go over all of them at random.
    pub users: u32,
    pub connections: usize,
    /// Requests per second that are sent whether answers come or not; without it each connection sends one after the
    /// other.
    pub pace: Option<f64>,
}

/// The figures of a run.
pub struct Measured {
    /// In nanoseconds.
    pub latencies: Histogram<u64>,
    pub elapsed: Duration,
    /// How long the server was on a processor for each request, in microseconds: what other programs on the machine
    /// take does not show here.
    pub cost: f64,
    /// The part of the time in which there were answers to take; near 1, the figure is its own and no server's.
    pub busy: f64,
    /// The part of the time in which it had work and no processor, because other programs used it.
    pub waited: f64,
}

impl Measured {
    /// Requests per second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }
}

/// Asks until `time` has passed or `most` answers have come, and forgets the warm-up. `turn` goes on from run to run.
pub fn run(load: Load, time: Duration, most: u64, turn: &mut u64) -> Measured {
    let mut poll = Poll::new().unwrap();
    let mut events = Events::with_capacity(load.connections.max(8));
    let mut latencies = Histogram::new_with_bounds(1_000, 60_000_000_000, 3).unwrap();
    let mut asking = Asking { load, turn, random: Random(0x9E37_79B9_7F4A_7C15) };
    let mut schedule = load.pace.map(Schedule::at);
    let mut connections: Vec<Connection> =
        (0..load.connections).map(|_| Connection::open(load.server.address)).collect();
    for (at, connection) in connections.iter_mut().enumerate() {
        let both = Interest::READABLE | Interest::WRITABLE;
        poll.registry().register(&mut connection.stream, Token(at), both).unwrap();
        match &mut schedule {
            Some(schedule) => schedule.free.push(at),
            None => connection.ask(&mut asking, Instant::now()),
        }
    }
    let (mut start, mut before, mut spent) = (Instant::now() + WARM_UP, waited(), load.server.on_processor());
    let mut warm = false;
    let mut buffer = vec![0; 1 << 16];
    let (mut idle, mut answer) = (Duration::ZERO, Instant::now());
    loop {
        // Never asleep: waking a sleeper on another processor is dear in a virtual machine, and the server would pay
        // for it in proportion to how long it lets the generator sleep.
        let looked = Instant::now();
        poll.poll(&mut events, Some(Duration::ZERO)).unwrap();
        if events.is_empty() {
            idle += looked.elapsed();
            assert!(answer.elapsed() < PATIENCE, "{} did not answer for {PATIENCE:?}", load.server.address);
        } else {
            answer = looked;
        }
        for event in &events {
            let connection = &mut connections[event.token().0];
            connection.flush();
            if let Some(asked) = connection.answered(&mut buffer, load.workload) {
                let now = Instant::now();
                if warm {
                    latencies.saturating_record((now - asked).as_nanos() as u64);
                }
                match &mut schedule {
                    Some(schedule) => schedule.free.push(event.token().0),
                    None => connection.ask(&mut asking, Instant::now()),
                }
            }
        }
        let now = Instant::now();
        while let Some((at, due)) = schedule.as_mut().and_then(|schedule| schedule.next(now)) {
            connections[at].ask(&mut asking, due);
        }
        if !warm && now >= start {
            (warm, start, before, spent) = (true, now, waited(), load.server.on_processor());
            idle = Duration::ZERO;
        } else if warm && (now - start >= time || latencies.len() >= most) {
            let elapsed = now - start;
            let waited = (waited() - before) / elapsed.as_nanos() as f64;
            let busy = 1.0 - idle.as_secs_f64() / elapsed.as_secs_f64();
            let cost = (load.server.on_processor() - spent) * 1e6 / latencies.len() as f64;
            return Measured { latencies, elapsed, cost, busy, waited };
        }
    }
}

/// How long this thread has waited for a processor, in nanoseconds; zero without `/proc`.
fn waited() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').nth(1).and_then(|field| field.parse().ok()).unwrap_or(0.0)
}

/// Requests at a steady pace. One that finds no connection free is late, and its latency counts from when it was due.
struct Schedule {
    due: Instant,
    step: Duration,
    free: Vec<usize>,
}

impl Schedule {
    fn at(pace: f64) -> Schedule {
        Schedule { due: Instant::now(), step: Duration::from_secs_f64(1.0 / pace), free: Vec::new() }
    }

    /// A connection for the request that is due, and since when it is.
    fn next(&mut self, now: Instant) -> Option<(usize, Instant)> {
        if self.due > now {
            return None;
        }
        let at = self.free.pop()?;
        let due = self.due;
        self.due += self.step;
        Some((at, due))
    }
}

struct Asking<'turn> {
    load: Load<'turn>,
    turn: &'turn mut u64,
    random: Random,
}

impl Asking<'_> {
    fn write(&mut self, buffer: &mut Vec<u8>) {
        *self.turn += 1;
        let user = self.random.below(self.load.users) + 1;
        self.load.workload.write(buffer, user, *self.turn);
    }
}

struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    written: usize,
    received: Vec<u8>,
    asked: Instant,
}

impl Connection {
    fn open(address: SocketAddr) -> Connection {
        let stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_nonblocking(true).unwrap();
        let (request, received) = (Vec::with_capacity(512), Vec::with_capacity(2048));
        Connection { stream: TcpStream::from_std(stream), request, written: 0, received, asked: Instant::now() }
    }

    /// Sends a request whose time counts from `since`.
    fn ask(&mut self, asking: &mut Asking, since: Instant) {
        asking.write(&mut self.request);
        self.written = 0;
        self.asked = since;
        self.flush();
    }

    fn flush(&mut self) {
        while self.written < self.request.len() {
            match self.stream.write(&self.request[self.written..]) {
                Ok(bytes) => self.written += bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => panic!("the connection failed: {error}"),
            }
        }
    }

    /// When the request was sent whose answer is now complete; none while there is more to come.
    fn answered(&mut self, buffer: &mut [u8], workload: Workload) -> Option<Instant> {
        loop {
            let bytes = match self.stream.read(buffer) {
                Ok(0) => panic!("the server closed a connection"),
                Ok(bytes) => bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return None,
                Err(error) => panic!("the connection failed: {error}"),
            };
            // Most answers come in one piece, which need not be copied.
            if self.received.is_empty() && complete(&buffer[..bytes], workload) {
                return Some(self.asked);
            }
            self.received.extend_from_slice(&buffer[..bytes]);
            if complete(&self.received, workload) {
                self.received.clear();
                return Some(self.asked);
            }
        }
    }
}

/// Whether an answer is there in full. It panics when the answer is not the wanted one.
fn complete(received: &[u8], workload: Workload) -> bool {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(start)) = response.parse(received) else { return false };
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|header| std::str::from_utf8(header.value).ok()?.parse::<usize>().ok()).unwrap_or(0);
    let body = &received[start..];
    if body.len() < length {
        return false;
    }
    let status = response.code.unwrap_or(0);
    let done = (200..300).contains(&status) && body.len() == length && workload.is_done(body);
    assert!(done, "{workload:?} was answered {status}: {}", String::from_utf8_lossy(body));
    true
}
