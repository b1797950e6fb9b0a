//! How long the slowest requests take when servers are busy and not overloaded: each gets the same share of the load that
//! it can carry, and its 99th percentile is compared with bare axum's.

use super::Bench;
use super::contest::median;
use super::generator::{self, Load};
use super::get::USERS;
use super::report::Target;
use super::warm;
use crate::harness::support::process::ServerProcess;
use crate::harness::workload::{Format, Workload};
use std::time::Duration;

const CONNECTIONS: [usize; 2] = [64, 512];
/// The share of the load that a server can carry.
const SHARE: f64 = 0.7;

impl Bench {
    pub fn latency(&mut self) {
        let seed = self.seed(USERS);
        let database = format!("sqlite:{}", self.folder.file("latency.db").display());
        let memory = ServerProcess::usertwin(self.pinned, &["--seed", &seed]).unwrap();
        let file = ServerProcess::usertwin(self.pinned, &["--seed", &seed, "--database", &database]).unwrap();
        println!("\nLatency at {:.0} % of the load that a server can carry", SHARE * 100.0);
        let mut turn = 0;
        for (name, server, workload) in [
            ("GET JSON", &memory, Workload::Get(Format::Json)),
            ("PATCH memory", &memory, Workload::PatchPbnb),
            ("PATCH file", &file, Workload::PatchPbnb),
        ] {
            let bare = self.bare(server, workload);
            warm::up(server, workload, USERS, &mut turn);
            for connections in CONNECTIONS {
                let mut at = |server: &ServerProcess| self.at_a_share(server, workload, connections, &mut turn);
                let rounds = if self.quick { 1 } else { 3 };
                let pairs: Vec<[[f64; 2]; 2]> = (0..rounds).map(|_| [at(&bare), at(server)]).collect();
                let of = |server: usize, figure: usize| median(pairs.iter().map(|pair| pair[server][figure]).collect());
                let ratio = median(pairs.iter().map(|[bare, server]| server[0] / bare[0]).collect());
                let key = format!("p99_{}_{connections}", name.to_lowercase().replace(' ', "_"));
                let what = format!("{name}, {connections} connections: p99");
                self.report.single(&format!("{key}_bare_ms"), "  bare axum", Some(of(0, 0)), "ms", None);
                self.report.single(&format!("{key}_ms"), &what, Some(of(1, 0)), "ms", None);
                self.report.single(&format!("{key}_worst_ms"), "  the worst", Some(of(1, 1)), "ms", None);
                self.report.single(&key, "  p99, of bare", Some(ratio), "x", Some(Target::AtMost(1.5)));
            }
        }
    }

    /// The 99th percentile and the worst, in milliseconds.
    fn at_a_share(&self, server: &ServerProcess, workload: Workload, connections: usize, turn: &mut u64) -> [f64; 2] {
        let (short, long) = if self.quick { (200, 500) } else { (500, 2_000) };
        let load = Load { server, workload, users: USERS, connections, pace: None };
        let most = generator::run(load, Duration::from_millis(short), u64::MAX, turn).rate();
        let paced = Load { pace: Some(most * SHARE), ..load };
        let latencies = generator::run(paced, Duration::from_millis(long), u64::MAX, turn).latencies;
        [latencies.value_at_quantile(0.99) as f64 / 1e6, latencies.max() as f64 / 1e6]
    }
}
