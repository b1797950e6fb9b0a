//! Samples of the vendor's page (seed 003), verbatim.

use crate::apis::{Provenance, Sample};

/// Of updating users.
pub const PUT: &[Sample] = &[
    body(&["application/json", "text/json"], include_str!("samples/users.json")),
    body(&["application/xml", "text/xml"], include_str!("samples/users.xml")),
];

const fn body(media_types: &'static [&'static str], text: &'static str) -> Sample {
    let summary = "The batch that the help page shows.";
    Sample { name: "helpPage", summary, status: None, media_types, text, provenance: Provenance::Seed, refused: false }
}
