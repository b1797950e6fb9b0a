//! The errors of the store. None of them knows about HTTP: an API decides how its clients see a conflict.

use std::error::Error;

use super::WorldName;
use crate::model::Problem;

type Cause = Box<dyn Error + Send + Sync>;

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A thing that was named does not exist, e.g. `world`, `user`.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Something that must be unique exists already.
    #[error("{0} exists already")]
    Conflict(Conflict),
    /// A new world would be one too many.
    #[error("there are {0} worlds already, which is as many as --max-worlds allows")]
    TooManyWorlds(usize),
    /// The world was not made, and its first use does not make it.
    #[error("there is no world '{0}': with --worlds listed, POST /_usertwin/worlds makes one")]
    Unlisted(WorldName),
    /// Not a name for a world.
    #[error("{0:?} is not a name for a world: use 1 to 64 of A-Z a-z 0-9 . _ -, but not '.', '..' or 'seed'")]
    InvalidWorldName(String),
    /// The database holds something this version cannot read.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
    /// The database failed.
    #[error("the database failed")]
    Fault(#[source] Cause),
    /// The database in a file failed.
    #[error("the database {0} failed")]
    File(String, #[source] Cause),
}

/// A unique thing that exists already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// A user with the username, compared without regard to case.
    #[error("the username")]
    Username,
    /// A user with the shared id.
    #[error("the id")]
    Id,
    /// A user with the key in the API of this name.
    #[error("the key in {0}")]
    Key(&'static str),
    /// A world with the name.
    #[error("the world")]
    World,
}

impl StoreError {
    /// The failure of a statement on a database, with its file for the log.
    pub(super) fn at(file: Option<&str>, error: rusqlite::Error) -> StoreError {
        match (StoreError::from(error), file.filter(|file| !file.is_empty())) {
            (StoreError::Fault(cause), Some(file)) => StoreError::File(file.to_owned(), cause),
            (error, _) => error,
        }
    }

    /// Whether another process holds the database for itself at the moment.
    pub(super) fn is_busy(&self) -> bool {
        let (StoreError::Fault(cause) | StoreError::File(_, cause)) = self else { return false };
        let cause = cause.downcast_ref::<rusqlite::Error>();
        cause.and_then(rusqlite::Error::sqlite_error_code) == Some(rusqlite::ErrorCode::DatabaseBusy)
    }

    /// Whether a file is not the database that it was.
    pub(super) fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        let (StoreError::Fault(cause) | StoreError::File(_, cause)) = self else { return false };
        let code = cause.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
        matches!(code, Some(DatabaseCorrupt | NotADatabase))
    }

    /// A failure with all its causes, for the log.
    pub(super) fn with_causes(error: &(dyn Error + 'static)) -> String {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text += &format!(": {error}");
            cause = error.source();
        }
        text
    }

    /// The innermost cause of a failure, which is the most specific.
    pub(super) fn reason(error: &(dyn Error + 'static)) -> String {
        let mut innermost = error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        innermost.to_string()
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        StoreError::Fault(error.into())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        StoreError::Fault(error.into())
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> StoreError {
        StoreError::Fault(error.into())
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// One sentence that names the setting and the fix.
    #[error("{0}")]
    Database(String, #[source] Option<Cause>),
    /// The problems of the document that is the seed, by line.
    #[error("the seed has problems")]
    Seed(Vec<Problem>),
}

impl OpenError {
    pub(super) fn plain(message: String) -> OpenError {
        OpenError::Database(message, None)
    }

    pub(super) fn because(message: String, source: impl Into<Cause>) -> OpenError {
        OpenError::Database(message, Some(source.into()))
    }
}
