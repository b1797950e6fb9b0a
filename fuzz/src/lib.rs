//! What the fuzz targets share: which contracts a format reads, the checks of everything that was read, requests as
//! text, and the checks of every answer. A target itself is a few lines.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a panic is how a claim fails")]

pub mod answers;
pub mod codecs;
pub mod contracts;
pub mod documents;
pub mod growth;
pub mod losses;
pub mod memory;
pub mod patches;
pub mod pipeline;
#[path = "../../tests/support/planted.rs"]
pub mod planted;
pub mod requests;
pub mod secrets;
pub mod server;
pub mod values;
