//! What a second core adds. The generator needs one of its own beside the two, or it is what is measured.

use super::Bench;
use super::contest::median;
use super::generator::{self, Load};
use super::get::USERS;
use super::report::Target;
use crate::harness::machine;
use crate::harness::support::process::ServerProcess;
use crate::harness::workload::{Format, Workload};
use std::time::Duration;

const CONNECTIONS: usize = 64;

impl Bench {
    pub fn cores(&mut self) {
        println!("\nTwo cores");
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let seed = self.seed(USERS);
        let one = ServerProcess::usertwin(self.pinned, &["--seed", &seed]).unwrap();
        let two = machine::usertwin_on("0,2", &["--seed", &seed]);
        let Some(two) = two.filter(|_| self.pinned) else {
            let reason = format!("two servers' cores and one for the generator are needed, there are {processors}");
            return self.report.missed("two cores of one", &reason);
        };
        let mut turn = 0;
        for (name, workload) in [("GET", Workload::Get(Format::Json)), ("PATCH", Workload::PatchPbnb)] {
            let mut rate = |server: &ServerProcess| {
                let load = Load { server, workload, users: USERS, connections: CONNECTIONS, pace: None };
                generator::run(load, Duration::from_millis(1_000), u64::MAX, &mut turn).rate()
            };
            let ratio = median((0..3).map(|_| 1.0 / (rate(&one) / rate(&two))).collect());
            let what = format!("{name}: two cores of one");
            let key = format!("two_cores_{}", name.to_lowercase());
            self.report.single(&key, &what, Some(ratio), "x", Some(Target::AtLeast(1.8)));
        }
    }
}
