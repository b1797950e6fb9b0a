//! `usertwin check FILE…`: every problem of state documents with file, line, path and a sentence; exit 1 if any.

use super::escape_terminal;
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

/// Runs the command.
pub fn run(apis: &Apis, arguments: &Arguments) -> ExitCode {
    let mut clean = true;
    for file in &arguments.files {
        let name = file.display();
        let problems = match std::fs::read_to_string(file) {
            Ok(text) => match apis.schema().parse(&text) {
                Ok(document) => {
                    println!("{name}: ok, {} users", document.users.len());
                    continue;
                }
                Err(problems) => problems.iter().map(ToString::to_string).collect(),
            },
            Err(error) => vec![format!(" {error}")],
        };
        clean = false;
        for problem in problems {
            println!("{name}:{}", escape_terminal(&problem));
        }
    }
    if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
