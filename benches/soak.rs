//! Half an hour of mixed load: `cargo bench --bench soak -- --minutes 30`. Sixteen clients use every operation of the four
//! APIs in every format, sign in, make mistakes, hang up, have faults injected, and fork, reset, export and drop worlds;
//! each answer is compared with the expected one. Fails when one differs, or when memory was not flat.
//!
//! `-- --file` keeps the worlds in a database file. Server and clients run wherever the system puts them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[allow(dead_code, reason = "each bench uses its part of what they share")]
mod harness;
#[path = "soak/mod.rs"]
mod soak;

use harness::support::client::Client;
use harness::support::folder::Folder;
use harness::support::process::ServerProcess;
use serde_json::Value;
use soak::visitor::{Tally, USERS, Visitor};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const VISITORS: u64 = 16;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // What `cargo test --benches` asks for is only that it starts.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let minutes = arguments.iter().skip_while(|argument| *argument != "--minutes").nth(1);
    let Ok(minutes) = minutes.map_or(Ok(30.0), |minutes| minutes.parse::<f64>()) else {
        eprintln!("--minutes wants a number.");
        return ExitCode::from(2);
    };
    let folder = Folder::new("soak");
    let seed = folder.file("seed.json");
    harness::world::write(&seed, USERS);
    let mut flags = vec!["--seed", seed.to_str().unwrap()];
    let database = format!("sqlite:{}", folder.file("soak.db").display());
    if arguments.iter().any(|argument| argument == "--file") {
        flags.extend(["--database", &database]);
    }
    let server = ServerProcess::usertwin(false, &flags).unwrap();
    let passed = visited(&server, Duration::from_secs_f64(minutes * 60.0));
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn visited(server: &ServerProcess, time: Duration) -> bool {
    // A connection for each request: one that is silent for as long as the soak lasts is closed by the server.
    let worlds = || {
        let mut client = Client::connect(server.address).unwrap();
        let answer = client.send("GET", "/_usertwin/worlds", &[], &[]).unwrap();
        let listed: Value = serde_json::from_slice(&answer.body).unwrap();
        let names = listed["worlds"].as_array().unwrap().iter().map(|world| world["name"].to_string());
        names.collect::<Vec<_>>().join(" ")
    };
    let (alone, files) = (worlds(), server.open_files());
    let (tally, over) = (Tally::default(), AtomicBool::new(false));
    let samples = std::thread::scope(|threads| {
        for number in 0..VISITORS {
            let (tally, over) = (&tally, &over);
            threads.spawn(move || {
                let mut visitor = Visitor::new(server.address, number, tally);
                let mut life = 0;
                while !over.load(Ordering::Relaxed) {
                    visitor.live(format!("visitor-{number}-{life}"), || !over.load(Ordering::Relaxed));
                    life += 1;
                }
            });
        }
        let samples = soak::watch::watch(server, &tally, time);
        over.store(true, Ordering::Relaxed);
        samples
    });
    let mut passed = soak::watch::is_flat(&samples);
    // Connections of clients that are gone are noticed soon, not at once.
    let deadline = Instant::now() + Duration::from_secs(10);
    while server.open_files() > files + 4 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    let (left, left_files) = (worlds(), server.open_files());
    if left != alone {
        passed = false;
        println!("Worlds are left: {left}");
    }
    if left_files > files + 4 {
        passed = false;
        println!("{left_files} files are open, {files} were before the visitors came.");
    }
    let unexpected = tally.unexpected.load(Ordering::Relaxed);
    println!("{} requests, {unexpected} unexpected answers.", tally.requests.load(Ordering::Relaxed));
    passed && unexpected == 0
}
