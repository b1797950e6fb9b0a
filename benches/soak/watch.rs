//! What the server takes from the machine while it is visited, a line per minute, and the verdict on it: memory is flat
//! when the last third of the time needs no more than the second one, give or take a tenth or 8 MB.

use super::visitor::Tally;
use crate::harness::support::process::ServerProcess;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Time between two samples; a short run takes them more often.
const INTERVAL: Duration = Duration::from_secs(10);
/// The least number of samples of a run.
const LOOKS: u32 = 30;

/// Watches until the time is over. The samples of resident memory in MB.
pub fn watch(server: &ServerProcess, tally: &Tally, time: Duration) -> Vec<f64> {
    let start = Instant::now();
    let interval = INTERVAL.min(time / LOOKS);
    let mut samples = Vec::new();
    let mut printed = 0;
    while start.elapsed() < time {
        std::thread::sleep(interval);
        samples.extend(server.megabytes("VmRSS"));
        let minutes = start.elapsed().as_secs() / 60;
        if minutes > printed {
            printed = minutes;
            line(server, tally, start.elapsed());
        }
    }
    if start.elapsed().as_secs() % 60 > interval.as_secs() {
        line(server, tally, start.elapsed());
    }
    samples
}

fn line(server: &ServerProcess, tally: &Tally, elapsed: Duration) {
    let number = |field| server.status(field).unwrap_or(0);
    let megabytes = |field| server.megabytes(field).unwrap_or(0.0);
    println!(
        "{:>5.1} min  {:>10} requests  {:>6} worlds  {:>3} unexpected  memory {:>6.1} MB, peak {:>6.1}  {:>3} threads  {:>4} files",
        elapsed.as_secs_f64() / 60.0,
        tally.requests.load(Ordering::Relaxed),
        tally.worlds.load(Ordering::Relaxed),
        tally.unexpected.load(Ordering::Relaxed),
        megabytes("VmRSS"),
        megabytes("VmHWM"),
        number("Threads"),
        server.open_files(),
    );
}

/// Whether memory was flat; also printed as a sentence.
pub fn is_flat(samples: &[f64]) -> bool {
    let third = samples.len() / 3;
    if third == 0 {
        println!("Memory is not known on this system.");
        return true;
    }
    let mean = |samples: &[f64]| samples.iter().sum::<f64>() / samples.len() as f64;
    let (second, last) = (mean(&samples[third..2 * third]), mean(&samples[2 * third..]));
    let flat = last <= (second * 1.1).max(second + 8.0);
    let verdict = if flat { "flat" } else { "NOT flat" };
    println!("Memory was {verdict}: {second:.1} MB in the second third, {last:.1} MB in the last.");
    flat
}
