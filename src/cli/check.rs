//! `usertwin check FILE…`: every problem of state documents with file, line, path and a sentence; exit 1 if any.

use super::{BAD_SETTINGS, bad_setting, escape_terminal, printed};
use crate::apis::Apis;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// State documents to validate.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Runs the command. A file that cannot be read is a bad setting, as it is to `serve`.
pub fn run(apis: &Apis, arguments: &Arguments) -> ExitCode {
    let (mut report, mut clean, mut read) = (String::new(), true, true);
    for file in &arguments.files {
        let name = file.display();
        match apis.check_document(file) {
            Ok(Ok(users)) => report.push_str(&format!("{name}: ok, {users} users\n")),
            Ok(Err(problems)) => {
                clean = false;
                for problem in problems {
                    report.push_str(&format!("{name}:{}\n", escape_terminal(&problem.to_string())));
                }
            }
            Err(sentence) => {
                read = false;
                bad_setting(sentence);
            }
        }
    }
    match printed(&report) {
        _ if !read => ExitCode::from(BAD_SETTINGS),
        _ if !clean => ExitCode::FAILURE,
        printed => printed,
    }
}
