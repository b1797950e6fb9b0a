//! Batches of ten Expoints users, each of them changed, beside a bare axum server that keeps the body. What counts is the
//! time on a processor: a ratio to a server that reads nothing of the body says little.

use super::Bench;
use super::contest::Contestant;
use super::get::USERS;
use crate::harness::support::process::ServerProcess;
use crate::harness::workload::Workload;

const CONNECTIONS: usize = 64;

impl Bench {
    pub fn ten(&mut self) {
        let seed = self.seed(USERS);
        let database = format!("sqlite:{}", self.folder.file("ten.db").display());
        let memory = ServerProcess::usertwin(self.pinned, &["--seed", &seed]).unwrap();
        let file = ServerProcess::usertwin(self.pinned, &["--seed", &seed, "--database", &database]).unwrap();
        self.report.heading("PUT of ten Expoints users, 100,000 users");
        let bare = self.bare(&memory, Workload::PutTen);
        // A batch begins with any user but the last nine.
        let of = |name: &str, server| Contestant { name: name.to_owned(), server, users: USERS - 9, target: None };
        let contestants = [of("bare axum, PUT", &bare), of("PUT, memory", &memory), of("PUT, file", &file)];
        self.contest(Workload::PutTen, CONNECTIONS, &contestants, &mut 1);
    }
}
