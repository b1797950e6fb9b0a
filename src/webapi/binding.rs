//! To come.

use super::{Action, Bound, ModelState, Reply, Request, Routed, Settings};

pub(super) fn bind(
    _request: &Request,
    _routed: &Routed,
    _actions: &[Action],
    _settings: &Settings,
) -> Result<Bound, Reply> {
    Ok(Bound { arguments: Vec::new(), model_state: ModelState::default(), notes: Vec::new() })
}
