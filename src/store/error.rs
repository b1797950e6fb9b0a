//! How the store fails. None of it knows about HTTP: an API decides what a conflict means to its clients.

/// Why a piece of work could not be done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A thing that was named does not exist, e.g. `world`, `user`.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Something that must be unique exists already: `username`, `id`, `userId`, `world`.
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
    Fault(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    /// Violations of the unique indexes are conflicts; SQLite names the columns, PostgreSQL the index.
    fn from(error: sqlx::Error) -> StoreError {
        let unique = error.as_database_error().filter(|error| error.is_unique_violation());
        let text = unique.map(|error| error.message().to_owned()).unwrap_or_default();
        let names = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
        if names(&["users.username_folded", "users_username"]) {
            StoreError::Conflict("username")
        } else if names(&["pbnb_user.user_id", "pbnb_user_key"]) {
            StoreError::Conflict("userId")
        } else if names(&["users.id", "users_id"]) {
            StoreError::Conflict("id")
        } else if names(&["world.name", "world_name"]) {
            StoreError::Conflict("world")
        } else {
            StoreError::Fault(error)
        }
    }
}

/// Why a store could not be opened: one sentence that names the setting and the fix.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct OpenError {
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl OpenError {
    pub(super) fn plain(message: String) -> OpenError {
        OpenError { message, source: None }
    }

    pub(super) fn because(message: String, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> OpenError {
        OpenError { message, source: Some(source.into()) }
    }
}
