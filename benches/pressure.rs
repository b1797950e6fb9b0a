//! What heavy and hostile clients do to a server's memory, and to the latency of others: `cargo bench --bench pressure` starts
//! the binary, presses it over the loopback interface for some minutes and prints the figures. Meanwhile one client reads a user
//! of another world and another asks `/_usertwin/health`; both should stay below 50 ms at the 99th percentile, on an idle
//! machine with a core for the clients. Words behind `--` choose loads, e.g. `readers` or `HAR`; `--binary=FILE` presses
//! another binary, e.g. a package's. Bodies are made while they are sent.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[allow(dead_code, reason = "each bench uses its part of what they share")]
mod harness;
#[path = "pressure/mod.rs"]
mod pressure;

fn main() {
    // What `cargo test --benches` asks for is only that it starts.
    let full = std::env::args().any(|argument| argument == "--bench");
    #[cfg(unix)]
    rlimit::increase_nofile_limit(8192).unwrap();
    let missed = pressure::run(&if full { pressure::FULL } else { pressure::SMALL });
    missed.iter().for_each(|missed| println!("missed: {missed}"));
    if full {
        println!("\n{} missed", missed.len());
    }
}
