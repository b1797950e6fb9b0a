//! The loads, and the clients whose time is taken meanwhile.

mod bodies;
mod connections;
mod control;

use crate::harness::support::client::Client;
use crate::harness::support::process::ServerProcess;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

const USER: &str = "/v1/core/Accounts/2/users/1";
const PATIENCE: Duration = Duration::from_secs(900);
/// What others may have to wait for at the 99th percentile.
const BOUND: Duration = Duration::from_millis(50);

/// How hard to press.
#[derive(Clone, Copy)]
pub struct Scale {
    connections: usize,
    seconds: u64,
    uploads: usize,
    bytes: usize,
    /// Exchanges in the journal.
    exchanges: usize,
    /// Users of a large world.
    users: [u32; 2],
    /// Readers of HARs, and those that never read.
    readers: [usize; 2],
}

pub const FULL: Scale = Scale {
    connections: 1000,
    seconds: 8,
    uploads: 64,
    bytes: 256 * 1024 * 1024,
    exchanges: 10_000,
    users: [20_000, 100_000],
    readers: [32, 100],
};
pub const SMALL: Scale = Scale {
    connections: 20,
    seconds: 1,
    uploads: 4,
    bytes: 1024 * 1024,
    exchanges: 100,
    users: [100, 200],
    readers: [2, 5],
};

/// A load on a server.
#[derive(Clone, Copy)]
struct Press {
    address: SocketAddr,
    scale: Scale,
}

impl Press {
    /// For how long a load lasts.
    fn time(&self) -> Duration {
        Duration::from_secs(self.scale.seconds)
    }

    /// Lets `clients` repeat something for that long; returns how often it was done in all.
    fn repeat(&self, clients: usize, ask: impl Fn(&mut Client) + Clone + Send + 'static) -> u64 {
        let end = Instant::now() + self.time();
        let threads: Vec<JoinHandle<u64>> = (0..clients)
            .map(|_| {
                let (ask, mut client) = (ask.clone(), connect(self.address));
                thread::spawn(move || {
                    let mut done = 0;
                    while Instant::now() < end {
                        ask(&mut client);
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    }
}

type Load<'load> = (String, Box<dyn FnOnce(&Press) -> String + 'load>);

/// Runs every load that was chosen; returns those under which others waited too long.
pub fn run(scale: &Scale) -> Vec<String> {
    let Scale { connections, uploads, .. } = *scale;
    let time = Duration::from_secs(scale.seconds);
    let mut loads: Vec<Load> = vec![
        (
            "nothing else".to_owned(),
            Box::new(move |_: &Press| {
                sleep(time);
                String::new()
            }),
        ),
        (format!("{connections} connections that drip a head"), Box::new(connections::drip)),
        (format!("{connections} readers that take nothing"), Box::new(connections::take_nothing)),
    ];
    for (name, body) in bodies::BODIES {
        let megabytes = scale.bytes >> 20;
        let upload = move |press: &Press| bodies::upload(press, body);
        loads.push((format!("{uploads} uploads of {megabytes} MiB: {name}"), Box::new(upload)));
    }
    loads.extend(control::loads(scale));
    loads.into_iter().filter_map(|(name, load)| pressed(&name, *scale, load)).collect()
}

/// A server that something presses, and two clients that send usual requests. The load's name if they waited too long.
fn pressed(what: &str, scale: Scale, press: impl FnOnce(&Press) -> String) -> Option<String> {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if !chosen.is_empty() && !chosen.iter().any(|word| what.contains(word)) {
        return None;
    }
    let mut flags = vec!["--log", "error"];
    if what.ends_with("users") {
        // What is read from a document of 100,000 users does not fit into the usual memory for uploads.
        flags.extend(["--upload-memory", "4GiB"]);
    }
    let mut server = ServerProcess::usertwin(false, &flags).unwrap();
    let press_on = Press { address: server.address, scale };
    let done = Arc::new(AtomicBool::new(false));
    let probes = ["/w/probe/v1/core/Accounts/2/users/1", "/_usertwin/health"].map(|path| {
        let (done, address) = (Arc::clone(&done), server.address);
        (path, thread::spawn(move || ask_until(&done, address, path)))
    });
    let start = Instant::now();
    let came_of_it = press(&press_on);
    let took = start.elapsed();
    done.store(true, Ordering::Relaxed);
    println!("{what}: {took:.1?}{came_of_it}");
    println!("  peak of memory {} MiB, {} MiB afterwards", memory(&server, "VmHWM"), memory(&server, "VmRSS"));
    let mut slowest = Duration::ZERO;
    for (path, probe) in probes {
        let mut times = probe.join().unwrap();
        times.sort_unstable();
        let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
        let verdict = if at(0.99) < BOUND { "met" } else { "MISSED" };
        println!(
            "  {} GET {path}: median {:.1?}, 99 % {:.1?} {verdict}, worst {:.1?}",
            times.len(),
            at(0.5),
            at(0.99),
            at(1.0)
        );
        slowest = slowest.max(at(0.99));
    }
    assert!(server.runs(), "the server has ended");
    (slowest >= BOUND).then(|| what.to_owned())
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
fn ask_until(done: &AtomicBool, address: SocketAddr, path: &str) -> Vec<Duration> {
    let mut client = connect(address);
    let mut times = Vec::new();
    while times.is_empty() || !done.load(Ordering::Relaxed) {
        let start = Instant::now();
        assert_eq!(client.send("GET", path, &[], &[]).unwrap().status, 200);
        times.push(start.elapsed());
        sleep(Duration::from_millis(5));
    }
    times
}
