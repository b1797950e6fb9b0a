//! Changes of single users in a store of 100,000, in memory and in a file, compared with a bare axum server with a map.

use super::Bench;
use super::contest::{CONNECTIONS, Contestant};
use super::get::USERS;
use super::report::Target;
use crate::harness::machine;
use crate::harness::support::process::ServerProcess;
use crate::harness::workload::Workload;

impl Bench {
    pub fn patch(&mut self) {
        let seed = self.seed(USERS);
        let database = format!("sqlite:{}", self.folder.file("load.db").display());
        let memory = ServerProcess::usertwin(self.pinned, &["--seed", &seed]).unwrap();
        let file = ServerProcess::usertwin(self.pinned, &["--seed", &seed, "--database", &database]).unwrap();
        self.report.heading("PATCH user, 100,000 users");
        let (in_memory, in_a_file) = if machine::is_packaged() { (0.5, 0.4) } else { (0.35, 0.25) };
        let mut turn = 0;
        for (name, workload) in [("PBNB", Workload::PatchPbnb), ("Reseller", Workload::PatchReseller)] {
            let bare = self.bare(&memory, workload);
            let of = |name, server, target| Contestant { name, server, users: USERS, target };
            let contestants = [
                of(format!("bare axum, PATCH {name}"), &bare, None),
                of(format!("PATCH {name}, memory"), &memory, Some(Target::AtLeast(in_memory))),
                of(format!("PATCH {name}, file"), &file, Some(Target::AtLeast(in_a_file))),
            ];
            for connections in CONNECTIONS {
                self.contest(workload, connections, &contestants, &mut turn);
            }
        }
    }
}
