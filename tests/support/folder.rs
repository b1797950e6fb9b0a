//! A temporary folder for seeds and databases.

use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder that is removed when it is dropped, also by a panic.
pub struct Folder(TempDir);

impl Folder {
    /// A new folder whose name starts with `name`. It is inside cargo's target folder, so that databases are on a disk:
    /// the system's folder for temporary files may be in memory.
    pub fn new(name: &str) -> Folder {
        let builder = tempfile::Builder::new().prefix(&format!("{name}-")).tempdir_in(env!("CARGO_TARGET_TMPDIR"));
        Folder(builder.unwrap())
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// The URL of a database file in it, as `--database` takes it.
    pub fn database(&self, name: &str) -> String {
        format!("sqlite:{}", self.file(name).display())
    }
}
