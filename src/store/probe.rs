//! Whether what a durable database writes lasts: its list and its folder are where they were opened, and the folder takes
//! another write. Asked for by health checks, which may be many, so that the last answer counts for a while.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::identity::Identity;
use super::{StoreError, on_blocking_thread};

/// How long an answer counts.
const COUNTS_FOR: Duration = Duration::from_secs(1);
/// The bytes of a write that must fit: a change of a few users with its share of the log.
const BYTES: usize = 64 * 1024;

/// The files of a database, and how they were found when they were last looked at.
#[derive(Debug)]
pub(super) struct Probe {
    list: Identity,
    folder: Identity,
    last: Mutex<Option<(Instant, Result<(), Wrong>)>>,
}

/// What is wrong with a file.
#[derive(Debug, Clone)]
struct Wrong(Arc<Path>, Arc<str>);

impl From<Wrong> for StoreError {
    fn from(Wrong(path, sentence): Wrong) -> StoreError {
        StoreError::File(path.display().to_string(), (&*sentence).into())
    }
}

impl Probe {
    /// The files as they are now.
    ///
    /// # Errors
    /// When one cannot be looked at.
    pub(super) fn new(list: &Path, folder: &Path) -> std::io::Result<Probe> {
        Ok(Probe { list: Identity::of(list)?, folder: Identity::of(folder)?, last: Mutex::default() })
    }

    /// Checks that list and folder are still there.
    ///
    /// # Errors
    /// Which of them is not.
    pub(super) fn is_there(&self) -> Result<(), StoreError> {
        Ok(are_there(&self.list, &self.folder)?)
    }

    /// Checks that, and that another write fits, unless somebody asked within the last second.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) async fn probe(&self) -> Result<(), StoreError> {
        let mut last = self.last.lock().await;
        if let Some((at, outcome)) = &*last
            && at.elapsed() < COUNTS_FOR
        {
            return Ok(outcome.clone()?);
        }
        let (list, folder) = (self.list.clone(), self.folder.clone());
        let outcome = on_blocking_thread(move || Ok(are_there(&list, &folder).and_then(|()| takes_a_write(&folder))));
        let outcome = outcome.await?;
        *last = Some((Instant::now(), outcome.clone()));
        Ok(outcome?)
    }
}

fn are_there(list: &Identity, folder: &Identity) -> Result<(), Wrong> {
    match [list, folder].into_iter().find(|identity| identity.is_gone()) {
        Some(gone) => Err(Wrong(gone.path().into(), "it was removed or replaced".into())),
        None => Ok(()),
    }
}

/// Writes a file and removes it. A kill leaves at most that one, which the next probe takes over.
fn takes_a_write(folder: &Identity) -> Result<(), Wrong> {
    let path: PathBuf = folder.path().join("probe");
    let written = fs::write(&path, [0; BYTES]);
    let _ = fs::remove_file(&path);
    written.map_err(|error| Wrong(path.into(), format!("it cannot be written to: {error}").into()))
}
