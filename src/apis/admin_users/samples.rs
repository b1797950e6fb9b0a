//! Samples of the vendor's page (seed 004), verbatim.

use crate::apis::{Provenance, Sample};

const JSON: &[&str] = &["application/json", "text/json"];
const XML: &[&str] = &["application/xml", "text/xml"];

/// Of updating a user.
pub const PUT: &[Sample] = &[
    sample(None, JSON, include_str!("samples/user.json")),
    sample(None, XML, include_str!("samples/user.xml")),
    sample(Some(200), JSON, include_str!("samples/response.json")),
    sample(Some(200), XML, include_str!("samples/response.xml")),
];

const fn sample(status: Option<u16>, media_types: &'static [&'static str], text: &'static str) -> Sample {
    let summary = "What the help page shows.";
    // Quirk: the generator of the help page fills MobilePhone with a text that its own pattern refuses (seed 004).
    let refused = status.is_none();
    Sample { name: "helpPage", summary, status, media_types, text, provenance: Provenance::Seed, refused }
}
