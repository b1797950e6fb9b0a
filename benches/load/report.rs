//! The figures: printed as they come, with their targets, and written to `load.json` in cargo's target folder: an
//! array of rows, whose last element is an object of the single figures.

use super::contest::QUIET;
use serde_json::{Map, Value, json};
use std::path::Path;

/// A rate of requests.
pub struct Row {
    pub name: String,
    pub connections: usize,
    pub rps: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub ratio_to_bare: f64,
    /// The server's and the generator's shares of the time, see [`super::generator::Measured`].
    pub cost: f64,
    pub busy: f64,
    pub waited: f64,
}

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// All figures.
#[derive(Default)]
pub struct Report {
    rows: Vec<Value>,
    singles: Map<String, Value>,
    missed: Vec<String>,
    met: usize,
    waited: f64,
}

impl Report {
    /// Starts a table.
    pub fn heading(&self, title: &str) {
        println!("\n{title:<38} conn  requests/s   p50 ms   p99 ms  of bare  CPU us  generator  target");
    }

    /// A line of it.
    pub fn row(&mut self, row: &Row, target: Option<Target>) {
        let mut verdict = target.map(|target| self.verdict(&row.name, row.ratio_to_bare, target)).unwrap_or_default();
        if row.waited > QUIET {
            verdict += " disturbed";
        }
        let Row { name, connections, rps, p50_ms, p99_ms, ratio_to_bare, cost, busy, waited } = row;
        self.waited = self.waited.max(*waited);
        let busy = busy * 100.0;
        println!(
            "{name:<38} {connections:>4} {rps:>11.0} {p50_ms:>8.3} {p99_ms:>8.3} {ratio_to_bare:>8.3} {cost:>7.1} {busy:>8.0} %  {verdict}"
        );
        self.rows.push(json!({
            "name": name, "connections": connections, "rps": rounded(*rps), "p50_ms": rounded(*p50_ms),
            "p99_ms": rounded(*p99_ms), "ratio_to_bare": rounded(*ratio_to_bare), "server_cpu_us": rounded(*cost),
        }));
    }

    /// A figure of its own; `key` names it and its unit in the file.
    pub fn single(&mut self, key: &str, what: &str, value: Option<f64>, unit: &str, target: Option<Target>) {
        let Some(value) = value else { return println!("{what:<58} not known on this system") };
        let verdict = target.map(|target| self.verdict(what, value, target)).unwrap_or_default();
        println!("{what:<58} {value:>10.2} {unit:<4} {verdict}");
        self.singles.insert(key.to_owned(), rounded(value));
    }

    /// A figure that could not be taken.
    pub fn missed(&mut self, what: &str, reason: &str) {
        println!("{what:<58} MISSED: {reason}");
        self.missed.push(format!("{what}: {reason}"));
    }

    /// A remark that belongs to the figures.
    pub fn note(&mut self, key: &str, text: &str) {
        println!("{text}");
        self.singles.insert(key.to_owned(), json!(text));
    }

    fn verdict(&mut self, what: &str, value: f64, target: Target) -> String {
        let (met, said) = match target {
            Target::AtLeast(least) => (value >= least, format!(">= {least}")),
            Target::AtMost(most) => (value <= most, format!("<= {most}")),
        };
        if met {
            self.met += 1;
            return format!("{said} met");
        }
        self.missed.push(format!("{what}: {value:.3}, target {said}"));
        format!("{said} MISSED")
    }

    /// Writes the file and prints the targets that were missed.
    pub fn finish(mut self, file: &Path) {
        if self.waited > QUIET {
            println!();
            let percent = self.waited * 100.0;
            self.note(
                "disturbed",
                &format!("Other programs took up to {percent:.0} % of the generator's core: figures are worth less."),
            );
        }
        self.rows.push(Value::Object(self.singles));
        std::fs::write(file, format!("{:#}\n", Value::Array(self.rows))).unwrap();
        println!("\n{} targets met, {} missed; figures in {}", self.met, self.missed.len(), file.display());
        self.missed.iter().for_each(|missed| println!("missed: {missed}"));
    }
}

/// Four decimal places: the figures are not more exact.
fn rounded(value: f64) -> Value {
    json!((value * 10_000.0).round() / 10_000.0)
}
