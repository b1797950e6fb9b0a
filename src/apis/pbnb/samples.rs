//! Samples of the vendor's pages (seeds 000 and 002), verbatim. The pages print BSON as text, which loses bytes: the
//! digits here are the documents whose text those are.

use crate::apis::{Provenance, Sample};

const JSON: &[&str] = &["application/json", "text/json"];
const SCRIPT: &[&str] = &["text/javascript"];
const XML: &[&str] = &["application/xml", "text/xml"];
const BSON: &[&str] = &["application/bson"];

/// Of reading a user.
pub const GET: &[Sample] = &[
    answer(JSON, include_str!("samples/get.json")),
    answer(SCRIPT, include_str!("samples/get.js")),
    answer(XML, include_str!("samples/get.xml")),
    answer(BSON, include_str!("samples/get.bson.hex")),
];

/// Of changing a user.
pub const PATCH: &[Sample] = &[
    Sample::demo(
        XML,
        r#"<DeltaOfUserCA1DLPoZ xmlns="http://schemas.datacontract.org/2004/07/pbnb_delta"><Username>ada.lovelace</Username></DeltaOfUserCA1DLPoZ>"#,
    ),
    Sample::demo(BSON, "2000000002557365726e616d65000d0000006164612e6c6f76656c6163650000"),
    body(&["application/json", "text/json", "text/javascript"], include_str!("samples/patch-request.json")),
    body(XML, include_str!("samples/patch-request.xml")),
    answer(JSON, include_str!("samples/patch.json")),
    answer(SCRIPT, include_str!("samples/patch.js")),
    answer(XML, include_str!("samples/patch.xml")),
    answer(BSON, include_str!("samples/patch.bson.hex")),
];

/// Of changing an account.
pub const PATCH_DETAIL: &[Sample] = &[
    Sample::demo(
        XML,
        r#"<DeltaOfAccountDetailCA1DLPoZ xmlns="http://schemas.datacontract.org/2004/07/pbnb_delta"><Name>Head office</Name></DeltaOfAccountDetailCA1DLPoZ>"#,
    ),
    Sample::demo(BSON, "1b000000024e616d65000c00000048656164206f66666963650000"),
];

const fn answer(media_types: &'static [&'static str], text: &'static str) -> Sample {
    let summary = "The answer that the help page shows.";
    Sample {
        name: "helpPage",
        summary,
        status: Some(200),
        media_types,
        text,
        provenance: Provenance::Seed,
        refused: false,
    }
}

const fn body(media_types: &'static [&'static str], text: &'static str) -> Sample {
    let summary = "The body that the help page shows: a document without members.";
    Sample { name: "helpPage", summary, status: None, media_types, text, provenance: Provenance::Seed, refused: false }
}
