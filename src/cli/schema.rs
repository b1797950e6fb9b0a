//! `usertwin schema`: the JSON Schema of state documents, for editors and for validators in other languages.

use super::serve::failed;
use crate::apis::Apis;
use std::io::Write;
use std::process::ExitCode;

/// Runs the command.
pub fn run(apis: &Apis) -> ExitCode {
    // The alternate form of a JSON value is its pretty-printed text.
    match writeln!(std::io::stdout(), "{:#}", apis.schema().json_schema()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.into()),
    }
}
