//! `usertwin drift`: whether the twin still answers as the real service did. A recording is replayed in order into a
//! fresh world, in this process; identifiers and tokens that each side makes for itself are matched as they appear, and
//! what differs is grouped by its cause.

mod accepted;
mod bytes;
mod cause;
mod compare;
mod counterparts;
pub mod exchange;
mod har;
mod node;
mod replay;
mod report;
mod request;
pub mod route;
mod scalar;

pub use accepted::Accepted;
pub use har::Recording;
pub use replay::{Outcome, replay};
pub use report::{Format, Report};

use crate::apis::Apis;

/// Settings of `usertwin serve` that the real service may have and the twin by default has not.
const SETTINGS: [&[&str]; 3] = [&["--passwords", "hide"], &["--error-detail"], &["--auth", "strict"]];

/// The rules by which values that differ are no difference; every report prints them.
pub const RULES: [&str; 6] = [
    "moments: their form is compared, and how many digits their fractions have",
    "GUIDs, ids in the answer to a POST, and tokens: each new one is matched with the twin's, and has to stay matched",
    "values masked as ***, and ETags: that there is one is compared",
    "the order of a list's items in what `usertwin record` wrote, where stand-ins sort otherwise than the names",
    "the scheme and authority of a Location",
    "headers of the transport, of proxies and of hosting: Date, Server, Content-Length, Set-Cookie, request ids and their kind",
];

/// Replays a recording on a seed, and once more with each setting that could explain what differs.
///
/// # Errors
/// A sentence about the seed.
pub async fn compared(apis: &Apis, recording: &Recording, seed: &str) -> Result<Outcome, String> {
    let mut outcome = replay(apis, recording, seed, &[]).await?;
    if outcome.causes.is_empty() {
        return Ok(outcome);
    }
    for setting in SETTINGS {
        let other = replay(apis, recording, seed, setting).await?;
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
