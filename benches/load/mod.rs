//! The parts of the load bench. `generator` asks and takes the time, `bare` is the server to compare with, `contest`
//! lets servers take turns, `report` keeps the figures; the rest are measurements.

pub mod bare;
pub mod bulk;
pub mod contest;
pub mod cores;
pub mod generator;
pub mod get;
pub mod growth;
pub mod latency;
pub mod memory;
pub mod patch;
pub mod report;
pub mod ten;
pub mod warm;
pub mod worlds;

use crate::harness::support::folder::Folder;
use crate::harness::world;
use report::Report;

/// What every measurement needs.
pub struct Bench {
    /// Whether servers and generator have a core each.
    pub pinned: bool,
    /// Short slices, for a look rather than a figure.
    pub quick: bool,
    /// A folder for seeds and databases.
    pub folder: Folder,
    /// The figures.
    pub report: Report,
}

impl Bench {
    /// A state document with the given number of users.
    fn seed(&self, users: u32) -> String {
        let file = self.folder.file(&format!("{users}.json"));
        if !file.exists() {
            world::write(&file, users);
        }
        file.to_str().unwrap().to_owned()
    }
}
