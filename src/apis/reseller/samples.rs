//! Samples of the vendor's page (seed 001), verbatim.

use crate::apis::{Provenance, Sample};

/// Of changing a user.
pub const PATCH: &[Sample] = &[
    Sample {
        name: "displayName",
        summary: "Update the display name of the user.",
        status: None,
        media_types: &["application/json", "text/json", "application/json-patch+json"],
        text: include_str!("samples/display-name.json"),
        provenance: Provenance::Seed,
        refused: false,
    },
    answer("changed", "The user was changed.", 200, include_str!("samples/success.json")),
    answer(
        "malformedTenantId",
        "The tenant id is not in the correct format.",
        400,
        include_str!("samples/malformed-tenant-id.json"),
    ),
    answer(
        "malformedUserId",
        "The user id is not in the correct format.",
        400,
        include_str!("samples/malformed-user-id.json"),
    ),
    answer(
        "invalidProperty",
        "The patch names a property that does not exist.",
        400,
        include_str!("samples/invalid-property.json"),
    ),
    answer(
        "notFound",
        "No account has the tenant id, or none of its users the user id.",
        404,
        include_str!("samples/not-found.json"),
    ),
];

const fn answer(name: &'static str, summary: &'static str, status: u16, text: &'static str) -> Sample {
    let media_types = &["application/json"];
    Sample { name, summary, status: Some(status), media_types, text, provenance: Provenance::Seed, refused: false }
}
