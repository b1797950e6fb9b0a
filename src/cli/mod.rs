//! The command line (spec/control.md §1), one file a command. `usertwin` alone is `usertwin serve`. Whatever is wrong
//! with a setting ends in one sentence on stderr and exit status 2.

mod check;
mod completions;
mod descriptors;
mod exec;
mod export;
mod openapi;
mod ready;
mod routes;
mod serve;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::process::ExitCode;

/// Exit status for bad settings.
pub const BAD_SETTINGS: u8 = 2;

/// A stateful, byte-faithful local stand-in for four vendors' user-management REST APIs.
#[derive(Debug, Parser)]
#[command(name = "usertwin", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: crate::config::Config,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the four APIs and the control API (the default).
    Serve(crate::config::Config),
    /// Exit 0 once a server answers, for health checks and CI scripts.
    Ready(ready::Arguments),
    /// Validate state documents and report every problem.
    Check(check::Arguments),
    /// List every route with where the fact comes from.
    Routes,
    /// Print or write the OpenAPI documents.
    Openapi(openapi::Arguments),
    /// Print a world's state document.
    Export(export::Arguments),
    /// Run a command with a server of its own and return its exit status.
    Exec(exec::Arguments),
    /// Print completions for a shell.
    Completions(completions::Arguments),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let matches = match Arguments::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return refused(&error),
    };
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error),
    };
    match arguments.command {
        None => serve::run(arguments.serve),
        Some(Command::Serve(config)) => serve::run(config),
        Some(Command::Ready(arguments)) => ready::run(&arguments),
        Some(Command::Check(arguments)) => check::run(&arguments),
        Some(Command::Routes) => routes::run(),
        Some(Command::Openapi(arguments)) => openapi::run(&arguments),
        Some(Command::Export(arguments)) => export::run(&arguments),
        Some(Command::Exec(arguments)) => exec::run(arguments),
        Some(Command::Completions(arguments)) => completions::run(&arguments),
    }
}

/// A text for a terminal: clients and files choose names, and a control character among them could start a line or
/// steer the terminal.
fn harmless(text: &str) -> String {
    let shown = |letter: char| if letter.is_control() { letter.escape_default().collect() } else { letter.to_string() };
    text.chars().map(shown).collect()
}

/// One sentence for a bad setting.
fn bad_setting(sentence: impl std::fmt::Display) -> ExitCode {
    eprintln!("usertwin: {}", harmless(&sentence.to_string()));
    ExitCode::from(BAD_SETTINGS)
}

/// What clap refuses, or help and version, which it calls errors, too.
fn refused(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    // clap adds usage and hints in further paragraphs; the first one names the setting and what is wrong.
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let sentence: Vec<&str> = first.trim_start_matches("error: ").split_whitespace().collect();
    bad_setting(format_args!("{}; `usertwin --help` lists the settings", sentence.join(" ")))
}
