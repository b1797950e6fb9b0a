//! To come.

use super::{Action, Reply, Request, Routed, Settings};

#[derive(Debug)]
pub(super) struct Routes {}

impl Routes {
    pub(super) fn of(_actions: &[Action]) -> Routes {
        Routes {}
    }

    pub(super) fn find(&self, _request: &Request, _actions: &[Action], _settings: &Settings) -> Result<Routed, Reply> {
        Ok(Routed { action: 0, values: Vec::new() })
    }
}
