//! The command line (docs/spec/control.md §1), one file per command. `usertwin` alone is `usertwin serve`. A bad
//! setting ends in one sentence on stderr and exit status 2.

mod cert;
mod check;
mod completions;
mod descriptors;
mod drift;
mod exec;
mod export;
mod import;
mod log;
mod man;
mod openapi;
mod ready;
mod record;
mod report;
mod routes;
mod schema;
mod serve;
mod signals;
mod trust;

use crate::apis::Apis;
use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::io::Write;
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
    /// Serve the APIs and the control API (the default).
    Serve(crate::config::Config),
    /// Exit 0 once a server answers, for health checks and CI scripts.
    Ready(ready::Arguments),
    /// Validate state documents and report every problem.
    Check(check::Arguments),
    /// List every route with where the fact comes from.
    Routes(routes::Arguments),
    /// Print or write the OpenAPI documents.
    Openapi(openapi::Arguments),
    /// Print the JSON Schema of state documents.
    Schema(schema::Arguments),
    /// Print a world's state document.
    Export(export::Arguments),
    /// Run a command with a server of its own and return its exit status.
    Exec(exec::Arguments),
    /// Replay recordings of the real service and group what differs by cause.
    Drift(drift::Arguments),
    /// Stand between a client and the real service and write a masked recording.
    Record(record::Arguments),
    /// Make a state document from recordings of the real service.
    Import(import::Arguments),
    /// Print where the local certificate authority is, and how clients learn to trust it.
    Cert(cert::Arguments),
    /// Print completions for a shell.
    Completions(completions::Arguments),
    /// Print a manual page, for packages.
    #[command(hide = true)]
    Man(man::Arguments),
}

/// Runs the command line of this process for these APIs: a whole program.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     usertwin::run(usertwin::Apis::four())
/// }
/// ```
pub fn run(apis: Apis) -> ExitCode {
    let matches = match without_empty_variables(command()).try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return refused(&error),
    };
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error),
    };
    match arguments.command {
        None => serve::run(apis, arguments.serve),
        Some(Command::Serve(config)) => serve::run(apis, config),
        Some(Command::Ready(arguments)) => ready::run(&arguments),
        Some(Command::Check(arguments)) => check::run(&apis, &arguments),
        Some(Command::Routes(arguments)) => routes::run(apis, &arguments),
        Some(Command::Openapi(arguments)) => openapi::run(apis, &arguments),
        Some(Command::Export(arguments)) => export::run(&apis, &arguments),
        Some(Command::Exec(arguments)) => {
            let given = matches.subcommand_matches("exec").and_then(|exec| exec.value_source("listen"));
            exec::run(apis, arguments, given == Some(ValueSource::CommandLine))
        }
        Some(Command::Drift(arguments)) => drift::run(apis, &arguments),
        Some(Command::Record(arguments)) => record::run(apis, arguments),
        Some(Command::Import(arguments)) => import::run(&apis, &arguments),
        Some(Command::Cert(arguments)) => cert::run(&arguments),
        Some(Command::Schema(arguments)) => schema::run(&apis, &arguments),
        Some(Command::Completions(arguments)) => completions::run(&arguments),
        Some(Command::Man(arguments)) => man::run(&arguments),
    }
}

/// The command line. `exec` has other defaults than `serve` for some flags, and its help says so.
fn command() -> clap::Command {
    let command = Arguments::command().mut_subcommand("exec", |exec| {
        let exec = exec.mut_arg("listen", |listen| listen.default_value("127.0.0.1:0"));
        // Its report counts the requests; a line for each would bury what the command itself prints.
        exec.mut_arg("log", |log| log.default_value("warn"))
    });
    crate::config::with_negative_values(command)
}

/// The command line without the variables that are empty: compose files write `${X:-}` for what is not set.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |name: &std::ffi::OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|argument| match argument.get_env().is_some_and(is_empty) {
        true => argument.env(None::<&str>),
        false => argument,
    });
    command.mut_subcommands(without_empty_variables)
}

/// A text for a terminal, its control characters escaped: clients and files choose names, and one with a control
/// character could start a line or steer the terminal.
fn escape_terminal(text: &str) -> String {
    let shown = |letter: char| if letter.is_control() { letter.escape_default().collect() } else { letter.to_string() };
    text.chars().map(shown).collect()
}

/// Prints what a command is asked for. That a reader such as `head` has enough of it is no failure.
fn printed(text: &str) -> ExitCode {
    let mut stdout = std::io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => serve::failed(&error.into()),
    }
}

/// Reports a bad setting in one sentence.
fn bad_setting(sentence: impl std::fmt::Display) -> ExitCode {
    eprintln!("usertwin: {}", escape_terminal(&sentence.to_string()));
    ExitCode::from(BAD_SETTINGS)
}

/// An error of clap, or help and version, which it also treats as errors.
fn refused(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    // clap adds usage and hints in further paragraphs; the first one names the setting and what is wrong.
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let sentence: Vec<&str> = first.trim_start_matches("error: ").split_whitespace().collect();
    let sentence = sentence.join(" ");
    match suggestion(error) {
        Some(similar) => bad_setting(format_args!("{sentence}; did you mean '{similar}'?")),
        None => bad_setting(format_args!("{sentence}; `usertwin --help` lists the settings")),
    }
}

/// The known name that a mistyped one is like.
fn suggestion(error: &clap::Error) -> Option<String> {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(name) => Some(name.clone()),
        ContextValue::Strings(names) => names.first().cloned(),
        _ => None,
    })
}
