//! What usertwin makes of a core, compared with a bare axum server that answers the same bytes: `cargo bench --bench load`
//! prints it in about five minutes and writes it to `target/load.json`. `-- get patch` measures these parts only,
//! `-- --quick` takes short slices, `-- --binary=FILE` measures another binary, for instance a package's.
//!
//! The binary is the one that cargo builds for benches, with the release profile. Servers run on core 0 and the
//! generator on core 1, given by `taskset` (util-linux); without it, or with one core, figures are worth less, and the
//! bench reports that.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

// The allocator of usertwin, for the bare server.
#[path = "../src/allocator.rs"]
mod allocator;
#[allow(dead_code, reason = "each bench uses its part of what they share")]
mod harness;
#[path = "load/mod.rs"]
mod load;

use harness::support::folder::Folder;
use load::Bench;
use load::report::Report;
use std::path::Path;
use std::time::Instant;

type Part = (&'static str, fn(&mut Bench));

const PARTS: &[Part] = &[
    ("get", Bench::get),
    ("patch", Bench::patch),
    ("ten", Bench::ten),
    ("latency", Bench::latency),
    ("cores", Bench::cores),
    ("bulk", Bench::bulk),
    ("memory", Bench::memory),
    ("worlds", Bench::worlds),
    ("growth", Bench::growth),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [argument, file] = arguments.as_slice()
        && argument == load::bare::ARGUMENT
    {
        return load::bare::serve(file);
    }
    // What `cargo test --benches` asks for is only that it starts.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let (flags, names): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|argument| argument.starts_with("--"));
    if let Some(unknown) = names.iter().find(|name| PARTS.iter().all(|(part, _)| part != *name)) {
        let parts: Vec<&str> = PARTS.iter().map(|(part, _)| *part).collect();
        // Not a failure: it may be the filter of another bench, when cargo runs all of them.
        println!("There is no part {unknown}; there are {}.", parts.join(", "));
        return;
    }
    let start = Instant::now();
    let pinned = harness::machine::pin();
    let quick = flags.contains(&"--quick");
    let mut bench = Bench { pinned, quick, folder: Folder::new("load"), report: Report::default() };
    if !pinned {
        bench
            .report
            .note("unpinned", "Servers and generator share cores (no taskset, or one core): figures are worth less.");
    }
    for (_, part) in PARTS.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        part(&mut bench);
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("load.json");
    bench.report.finish(&file);
    println!("{:.0} s", start.elapsed().as_secs_f64());
}
