//! Warming up before a figure: a server that is measured has been at work for a while.

use super::generator::{self, Load};
use crate::harness::support::process::ServerProcess;
use crate::harness::workload::Workload;
use std::time::Duration;

/// However large the store, it takes no longer.
const TIME: Duration = Duration::from_secs(6);

/// Requests for all users, a few for each as far as there is time, so that what a server remembers is remembered.
pub fn up(server: &ServerProcess, workload: Workload, users: u32, turn: &mut u64) {
    let load = Load { server, workload, users, connections: 64, pace: None };
    generator::run(load, TIME, 3 * u64::from(users), turn);
}
