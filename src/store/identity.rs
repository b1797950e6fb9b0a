//! Whether a file is still where it was opened. A database that is open goes on to take writes after its file or its
//! folder was removed, and all of them are lost. One look at the path tells: SQLite's own check does not cover a log,
//! and the number of links of an open file does not notice a folder that was moved away.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file or folder, known by its place on the disk and not by its name alone.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    path: PathBuf,
    /// The disk, and the file's number on it.
    #[cfg(unix)]
    place: (u64, u64),
}

impl Identity {
    /// What is at a path now.
    ///
    /// # Errors
    /// When there is nothing.
    pub(super) fn of(path: &Path) -> io::Result<Identity> {
        let found = fs::metadata(path)?;
        #[cfg(not(unix))]
        drop(found);
        Ok(Identity {
            path: path.to_owned(),
            #[cfg(unix)]
            place: place(&found),
        })
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the path no longer leads to it. Where the system refuses to remove open files only a missing one counts.
    pub(super) fn is_gone(&self) -> bool {
        match fs::metadata(&self.path) {
            #[cfg(unix)]
            Ok(found) => place(&found) != self.place,
            #[cfg(not(unix))]
            Ok(_) => false,
            // A path that cannot be looked at now says nothing about the file.
            Err(error) => matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
        }
    }
}

#[cfg(unix)]
fn place(found: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_removed_or_replaced_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("file"), folder.path().join("other"));
        fs::write(&path, "one").unwrap();
        let identity = Identity::of(&path).unwrap();
        assert!(!identity.is_gone());
        fs::write(&path, "the same file, written anew").unwrap();
        assert!(!identity.is_gone());
        fs::write(&other, "another").unwrap();
        #[cfg(unix)]
        {
            fs::rename(&other, &path).unwrap();
            assert!(identity.is_gone());
        }
        fs::remove_file(&path).unwrap();
        assert!(identity.is_gone());
    }
}
