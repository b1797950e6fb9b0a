//! `usertwin schema`: the JSON Schema of state documents, for editors and for validators in other languages.

use super::printed;
use crate::apis::Apis;
use std::process::ExitCode;

/// Runs the command.
pub fn run(apis: &Apis) -> ExitCode {
    // The alternate form of a JSON value is its pretty-printed text.
    printed(&format!("{:#}\n", apis.schema().json_schema()))
}
