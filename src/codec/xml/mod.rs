//! What both XML serializers share: the nodes the framework's XML reader hands out (`reader`, over `input`), simple
//! values from text (`scalar`, `datetime`), and its writer's escapes (`writer`). `untyped` writes dictionaries
//! without a contract.

pub mod chars;
pub mod content;
mod cursor;
pub mod datetime;
pub mod fault;
pub mod input;
pub mod notes;
pub mod reader;
pub mod scalar;
pub mod tag;
mod text;
mod untyped;
pub mod writer;

pub use untyped::write_untyped;
