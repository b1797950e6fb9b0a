//! To come.

use super::{Answer, Reply, Request, Settings};

pub(super) fn answer(_request: &Request, _reply: Reply, _settings: &Settings) -> Answer {
    Answer { response: http::Response::default(), notes: Vec::new() }
}
