//! Reads of a store of 100,000 users, in every format, compared with bare axum.

use super::Bench;
use super::contest::{CONNECTIONS, Contestant};
use super::report::Target;
use super::warm;
use crate::harness::machine;
use crate::harness::support::process::ServerProcess;
use crate::harness::workload::{Format, Workload};

/// How many users the store has.
pub const USERS: u32 = 100_000;

impl Bench {
    pub fn get(&mut self) {
        let seed = self.seed(USERS);
        let server = ServerProcess::usertwin(self.pinned, &["--seed", &seed]).unwrap();
        self.report.heading("GET PBNB user, 100,000 users");
        for (format, [built, packaged]) in
            [(Format::Json, [0.6, 0.8]), (Format::Xml, [0.5, 0.72]), (Format::Bson, [0.58, 0.77])]
        {
            let least = if machine::is_packaged() { packaged } else { built };
            let workload = Workload::Get(format);
            // Answers are kept for each format.
            warm::up(&server, workload, USERS, &mut 0);
            let bare = self.bare(&server, workload);
            let contestants = [
                Contestant { name: format!("bare axum, {format:?}"), server: &bare, users: USERS, target: None },
                Contestant {
                    name: format!("GET {format:?}"),
                    server: &server,
                    users: USERS,
                    target: Some(Target::AtLeast(least)),
                },
            ];
            for connections in CONNECTIONS {
                self.contest(workload, connections, &contestants, &mut 0);
            }
        }
    }
}
