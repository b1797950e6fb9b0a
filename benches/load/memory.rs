//! From nothing to the first answer, and the memory a server holds: idle, and after a million requests, which fill the
//! journal a hundred times over.

use super::Bench;
use super::contest::median;
use super::generator::{self, Load};
use super::report::Target;
use crate::harness::support::client::Client;
use crate::harness::support::process::ServerProcess;
use crate::harness::workload::{Format, Workload};
use std::time::{Duration, Instant};

const REQUESTS: u64 = 1_000_000;
/// On a machine that takes longer there are fewer requests, and the report contains their number.
const TIME: Duration = Duration::from_secs(45);
/// Users of the demo seed in PBNB's first account.
const USERS: u32 = 2;

impl Bench {
    pub fn memory(&mut self) {
        println!("\nStart and memory, demo seed");
        let start = median((0..11).map(|_| self.first_answer()).collect());
        self.report.single("start_ms", "start to first answer", Some(start), "ms", Some(Target::AtMost(10.0)));
        let server = ServerProcess::usertwin(self.pinned, &[]).unwrap();
        ask_once(&server);
        let idle = server.megabytes("VmRSS");
        self.report.single("rss_idle_mb", "resident memory, idle", idle, "MB", Some(Target::AtMost(20.0)));
        let most = if self.quick { REQUESTS / 20 } else { REQUESTS };
        let load = Load { server: &server, workload: Workload::Mixed, users: USERS, connections: 64, pace: None };
        let measured = generator::run(load, TIME, most, &mut 0);
        let (requests, rate) = (measured.latencies.len(), measured.rate());
        let name = format!("resident memory after {requests} requests ({rate:.0}/s)");
        let loaded = server.megabytes("VmRSS");
        self.report.single("rss_loaded_mb", &name, loaded, "MB", Some(Target::AtMost(60.0)));
        self.report.single("rss_loaded_requests", "requests before that", Some(requests as f64), "", None);
    }

    /// In milliseconds, the start of `taskset` among them.
    fn first_answer(&self) -> f64 {
        let start = Instant::now();
        let server = ServerProcess::usertwin(self.pinned, &[]).unwrap();
        ask_once(&server);
        start.elapsed().as_secs_f64() * 1e3
    }
}

fn ask_once(server: &ServerProcess) {
    let mut request = Vec::new();
    Workload::Get(Format::Json).write(&mut request, 1, 0);
    let answer = Client::connect(server.address).unwrap().exchange(&request).unwrap();
    assert_eq!(answer.status, 200);
}
