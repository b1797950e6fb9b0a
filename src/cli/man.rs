//! `usertwin man [COMMAND]`: prints the manual page of the program, or of one of its commands, for packages to install.
//! A hidden command: the texts are those of `--help`, and a page that is written by hand would say something else soon.

use super::serve::failed;
use clap::CommandFactory;
use std::io::Write;
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The command; without one, the program with the flags of `serve`.
    command: Option<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> ExitCode {
    let mut program = super::Arguments::command().disable_help_subcommand(true);
    // Fills in what the commands inherit, so that their usage says `usertwin serve`.
    program.build();
    let command = match arguments.command.as_deref() {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            Some(command) => command.clone(),
            None => return super::bad_setting(format_args!("there is no command `{name}`")),
        },
    };
    let mut page = Vec::new();
    let written = clap_mangen::Man::new(command).manual("usertwin").render(&mut page);
    match written.and_then(|()| std::io::stdout().write_all(&page)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.into()),
    }
}
