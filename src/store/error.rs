//! How the store fails. None of it knows about HTTP: an API decides what a conflict means to its clients.

/// Why a piece of work could not be done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A thing that was named does not exist, e.g. `world`, `user`.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Something that must be unique exists already, e.g. `username`, `id`, `userId`, `world`.
    #[error("{0} exists already")]
    Conflict(&'static str),
    /// A new world would be one too many.
    #[error("there are {0} worlds already, which is as many as --max-worlds allows")]
    TooManyWorlds(usize),
    /// Not a name for a world.
    #[error("{0:?} is no name for a world: use 1 to 64 of A-Z a-z 0-9 . _ -")]
    InvalidWorldName(String),
    /// The database holds something this version cannot read.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
    /// The database failed.
    #[error("the database failed")]
    Fault(#[from] sqlx::Error),
}

/// Why a store could not be opened: one sentence that names the setting and the fix.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct OpenError {
    message: String,
    #[source]
    source: Option<sqlx::Error>,
}

impl OpenError {
    pub(super) fn new(message: String, source: Option<sqlx::Error>) -> OpenError {
        OpenError { message, source }
    }
}
