//! What both XML serializers share: the nodes the framework's XML reader hands out (`reader`, over `input`), simple
//! values from text (`scalar`, `datetime`), and its writer's escapes (`writer`). `untyped` writes dictionaries
//! without a contract.

pub(super) mod chars;
pub(super) mod content;
mod cursor;
pub(super) mod datetime;
pub(super) mod fault;
pub(super) mod input;
mod namespaces;
pub(super) mod notes;
mod pieces;
pub(super) mod reader;
pub(super) mod scalar;
pub(super) mod tag;
mod text;
mod untyped;
pub(super) mod writer;

pub use untyped::write_untyped;
