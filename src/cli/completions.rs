//! `usertwin completions SHELL`: prints the script that makes a shell complete commands and flags.

use super::printed;
use clap_complete::Shell;
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
    clap_complete::generate(arguments.shell, &mut super::command(), "usertwin", &mut text);
    printed(&String::from_utf8_lossy(&text))
}
