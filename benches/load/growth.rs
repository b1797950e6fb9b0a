//! Whether a read or a change takes longer the more users the store has: three servers, from a thousand users to a
//! million, take turns under the same load.

use super::Bench;
use super::contest::Contestant;
use super::report::Target;
use super::warm;
use crate::harness::support::client::Client;
use crate::harness::support::process::ServerProcess;
use crate::harness::workload::{Format, Workload};
use std::time::Instant;

const CONNECTIONS: usize = 64;

impl Bench {
    pub fn growth(&mut self) {
        let sizes = if self.quick { [1_000, 10_000, 100_000] } else { [1_000, 100_000, 1_000_000] };
        println!("\nStart with a seed, to the first answer");
        let mut servers = Vec::new();
        for users in sizes {
            match self.filled(users) {
                Ok(server) => servers.push((users, server)),
                Err(reason) => self.report.missed(&format!("{users} users"), &reason),
            }
        }
        let mut turn = 0;
        self.report.heading("The same with more users");
        let mut costs = Vec::new();
        for (name, workload) in [("GET", Workload::Get(Format::Json)), ("PATCH", Workload::PatchPbnb)] {
            let bare = self.bare(&servers[0].1, workload);
            let first = Contestant { name: format!("bare axum, {name}"), server: &bare, users: sizes[0], target: None };
            let others = servers.iter().map(|(users, server)| Contestant {
                name: format!("{name}, {users} users"),
                server,
                users: *users,
                target: None,
            });
            let contestants: Vec<Contestant> = std::iter::once(first).chain(others).collect();
            for (users, server) in &servers {
                warm::up(server, workload, *users, &mut turn);
            }
            let rates = self.contest(workload, CONNECTIONS, &contestants, &mut turn);
            costs.push((name, rates[1] / rates[servers.len()]));
        }
        println!();
        let most = servers.last().map_or(0, |(users, _)| *users);
        for (name, cost) in costs {
            let what = format!("{name}: cost with {most} users, of that with {}", sizes[0]);
            let key = format!("growth_{}", name.to_lowercase());
            self.report.single(&key, &what, Some(cost), "x", Some(Target::AtMost(1.3)));
        }
    }

    /// A server with the given number of users that has answered once.
    fn filled(&mut self, users: u32) -> Result<ServerProcess, String> {
        let seed = self.seed(users);
        let start = Instant::now();
        let server = ServerProcess::usertwin(self.pinned, &["--seed", &seed]);
        let server = server.map_err(|refused| format!("no server: {refused:?}"))?;
        let mut client = Client::connect(server.address).map_err(|error| error.to_string())?;
        let answer = client.send("GET", "/v1/core/Accounts/2/users/1", &[], &[]).map_err(|error| error.to_string())?;
        if answer.status != 200 {
            return Err(format!("the first answer is {}", answer.status));
        }
        let taken = start.elapsed().as_secs_f64();
        let most = |target| (users == 1_000_000).then_some(Target::AtMost(target));
        self.report.single(&format!("start_{users}_s"), &format!("{users} users"), Some(taken), "s", most(12.0));
        let memory = server.megabytes("VmRSS");
        self.report.single(&format!("rss_{users}_mb"), "  resident memory", memory, "MB", most(700.0));
        let memory = server.megabytes("VmHWM");
        self.report.single(&format!("peak_{users}_mb"), "  at its peak", memory, "MB", None);
        Ok(server)
    }
}
