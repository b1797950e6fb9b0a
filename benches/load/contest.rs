//! Servers take turns under the same load, in short slices, so that a machine that is slow for a second is slow for all
//! of them. A rate is the median of its slices; a ratio is the median of the rounds. Rounds in which other
//! programs used the generator's core are taken again, and count only when there is no better one.

use super::Bench;
use super::generator::{self, Load, Measured};
use super::report::{Row, Target};
use crate::harness::support::process::ServerProcess;
use crate::harness::workload::Workload;
use std::time::Duration;

/// How many connections the tables are made for.
pub const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// The part of a slice during which other programs may use the generator's core.
pub const QUIET: f64 = 0.03;

/// One of the servers.
pub struct Contestant<'server> {
    pub name: String,
    pub server: &'server ServerProcess,
    pub users: u32,
    /// Of its ratio to the first contestant, at the largest number of connections.
    pub target: Option<Target>,
}

impl Bench {
    /// Lets the contestants take turns; the first one is bare axum. Their rates in the same order.
    pub fn contest(
        &mut self,
        workload: Workload,
        connections: usize,
        contestants: &[Contestant],
        turn: &mut u64,
    ) -> Vec<f64> {
        let (wanted, most, time) = if self.quick { (1, 1, 300) } else { (3, 5, 500) };
        let (mut quiet, mut disturbed) = (Vec::new(), Vec::new());
        while quiet.len() < wanted && quiet.len() + disturbed.len() < most {
            let slice = |contestant: &Contestant| {
                let load =
                    Load { server: contestant.server, workload, users: contestant.users, connections, pace: None };
                generator::run(load, Duration::from_millis(time), u64::MAX, turn)
            };
            let round: Vec<Measured> = contestants.iter().map(slice).collect();
            let rounds = if round.iter().all(|slice| slice.waited < QUIET) { &mut quiet } else { &mut disturbed };
            rounds.push(round);
        }
        let rounds = if quiet.is_empty() { disturbed } else { quiet };
        let mut slices: Vec<Vec<Measured>> = contestants.iter().map(|_| Vec::new()).collect();
        for round in rounds {
            slices.iter_mut().zip(round).for_each(|(slices, slice)| slices.push(slice));
        }
        let bare: Vec<f64> = slices[0].iter().map(Measured::rate).collect();
        let mut rates = Vec::new();
        for (contestant, slices) in contestants.iter().zip(slices) {
            let ratios = slices.iter().zip(&bare).map(|(slice, bare)| slice.rate() / bare).collect();
            let rate = median(slices.iter().map(Measured::rate).collect());
            let cost = median(slices.iter().map(|slice| slice.cost).collect());
            let busy = median(slices.iter().map(|slice| slice.busy).collect());
            let waited = slices.iter().map(|slice| slice.waited).fold(0.0, f64::max);
            let mut latencies = slices[0].latencies.clone();
            slices[1..].iter().for_each(|slice| latencies.add(&slice.latencies).unwrap());
            let at = |quantile| latencies.value_at_quantile(quantile) as f64 / 1e6;
            let row = Row {
                name: contestant.name.clone(),
                connections,
                rps: rate,
                p50_ms: at(0.5),
                p99_ms: at(0.99),
                ratio_to_bare: median(ratios),
                cost,
                busy,
                waited,
            };
            let target = contestant.target.filter(|_| Some(&connections) == CONNECTIONS.last());
            self.report.row(&row, target);
            rates.push(rate);
        }
        rates
    }
}

/// The middle one, or the mean of the two in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) }
}
