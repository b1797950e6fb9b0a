//! `usertwin drift`: whether the twin still answers as the real service did. A recording is replayed in order into a
//! fresh world, in this process; identifiers and tokens that each side makes for itself are matched as they appear, and
//! what differs is grouped by its cause.

mod accepted;
mod against;
mod bson_bytes;
mod bytes;
mod cause;
mod compare;
mod counterparts;
pub mod exchange;
mod har;
mod manifest;
mod node;
mod replay;
mod report;
mod request;
pub mod route;
mod scalar;
mod volatile;

pub use accepted::Accepted;
pub use against::{Asking, against};
pub use har::Recording;
pub use manifest::evidence;
pub use replay::{Outcome, Serve, replay};
pub use report::{Format, Report};
pub use volatile::rules;

use crate::apis::Apis;
use std::collections::BTreeSet;

/// Settings of `usertwin serve` that the real service may have and the twin by default has not.
const SETTINGS: [&[&str]; 3] = [&["--passwords", "hide"], &["--error-detail"], &["--auth", "strict"]];

/// How many origins of a recording are tried as settings.
const MOST_ORIGINS: usize = 3;

/// Replays a recording on a seed, and once more with each setting that could explain what differs.
///
/// # Errors
/// A sentence about the seed.
pub async fn compared(apis: &Apis, recording: &Recording, seed: &str, serve: Serve) -> Result<Outcome, String> {
    let mut outcome = replay(apis, recording, seed, &[], serve).await?;
    if outcome.causes.is_empty() {
        return Ok(outcome);
    }
    let mut settings: Vec<Vec<&str>> = SETTINGS.iter().map(|setting| setting.to_vec()).collect();
    // A page of another origin: whether the service lets it in is a setting.
    let headers = recording.exchanges.iter().flat_map(|exchange| &exchange.headers);
    let origins: BTreeSet<&str> =
        headers.filter(|(name, _)| name == "origin").map(|(_, value)| value.as_str()).collect();
    settings.extend(origins.into_iter().take(MOST_ORIGINS).map(|origin| vec!["--cors", origin]));
    for setting in settings {
        // A recording may hold an origin that is none.
        let Ok(other) = replay(apis, recording, seed, &setting, serve).await else { continue };
        if other.causes.len() >= outcome.causes.len() {
            continue;
        }
        for cause in &mut outcome.causes {
            if other.causes.iter().all(|left| left.id != cause.id) && cause.setting.is_none() {
                cause.setting = Some(setting.join(" "));
            }
        }
    }
    Ok(outcome)
}
