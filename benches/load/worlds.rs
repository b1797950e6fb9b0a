//! Forking and resetting worlds of 1,000 and of 100,000 users through the control API, and what the first change in a
//! fork takes, so that a copy that is put off until then shows.

use super::Bench;
use super::contest::median;
use super::report::Target;
use crate::harness::support::client::Client;
use crate::harness::support::process::ServerProcess;
use crate::harness::world::ACCOUNT;
use std::time::Instant;

const TIMES: usize = 5;
const WORLDS: &str = "/_usertwin/worlds";

impl Bench {
    pub fn worlds(&mut self) {
        println!("\nForks and resets, the median of {TIMES}");
        for (users, most) in [(1_000, 5.0), (100_000, 300.0)] {
            let server = ServerProcess::usertwin(self.pinned, &["--seed", &self.seed(users)]).unwrap();
            let mut client = Client::connect(server.address).unwrap();
            let mut timed = |method, path: &str, body: &str, expected| {
                let start = Instant::now();
                let answer =
                    client.send(method, path, &[("Content-Type", "application/json")], body.as_bytes()).unwrap();
                assert_eq!(answer.status, expected, "{}", String::from_utf8_lossy(&answer.body));
                start.elapsed().as_secs_f64() * 1e3
            };
            let (mut forks, mut changes, mut resets, mut copies) = (vec![], vec![], vec![], vec![]);
            for number in 0..TIMES {
                let user = |world| format!("/w/{world}/v1/core/Accounts/{ACCOUNT}/users/{users}");
                let change = format!(r#"{{"Username":"changed-{number}"}}"#);
                timed("PATCH", &user("main"), &change, 200);
                forks.push(timed("POST", WORLDS, r#"{"name":"fork","from":"main"}"#, 201));
                changes.push(timed("PATCH", &user("fork"), r#"{"Username":"forked"}"#, 200));
                resets.push(timed("POST", &format!("{WORLDS}/fork/reset"), "", 204));
                timed("PATCH", &user("fork"), r#"{"Username":"forked"}"#, 200);
                copies.push(timed("POST", &format!("{WORLDS}/fork/reset"), r#"{"from":"main"}"#, 204));
                timed("DELETE", &format!("{WORLDS}/fork"), "", 204);
            }
            let mut report = |key: &str, what: &str, values, target| {
                let (key, what) = (format!("{key}_{users}_ms"), format!("{what}, {users} users"));
                self.report.single(&key, &what, Some(median(values)), "ms", target);
            };
            report("fork", "fork", forks, Some(Target::AtMost(most)));
            report("fork_first_change", "  first change in the fork", changes, None);
            report("reset", "reset to the seed", resets, Some(Target::AtMost(most)));
            report("reset_from", "reset to another world", copies, Some(Target::AtMost(most)));
        }
    }
}
