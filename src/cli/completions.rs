//! `usertwin completions SHELL`: prints the script that makes a shell complete commands and flags.

use super::serve::failed;
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell.
    shell: Shell,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> ExitCode {
    let mut text = Vec::new();
    // Into memory first: the generator panics when a pipe closes early.
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "usertwin", &mut text);
    match std::io::stdout().write_all(&text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.into()),
    }
}
