//! A user with its facets, and the state document in which a world is read, written and compared, both interpreted from
//! the declarations of the APIs; the only sources of time and identifiers. Nothing here names an API or a store.

pub mod clock;
mod diff;
mod document;
pub mod ids;
mod json_schema;
mod members;
pub mod nearest;
mod new_user;
mod problem;
mod read;
mod read_record;
mod read_users;
mod reference;
mod schema;
mod tree;
mod user;
mod write;

pub use diff::{Change, Diff};
pub use document::{Client, ClockState, Document, ListRecords, Token, TokenState};
pub use json_schema::SchemaPlace;
pub use members::LONGEST_TEXT;
pub use new_user::NewUser;
pub use problem::Problem;
pub(crate) use read::DocumentReader;
pub use schema::{Part, Schema};
pub use user::{DEFAULT_DATE, FacetRecord, User, UserRecord, UserWith, folded};
pub(crate) use write::RestOfDocument;
