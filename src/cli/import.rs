//! `usertwin import FILE.har… --seed FILE`: a state document from the GET answers of recordings. What found no place is
//! listed on stderr with the reason.

use super::{bad_setting, escape_terminal, printed};
use crate::apis::Apis;
use crate::drift::Recording;
use crate::import::imported;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Recordings: HTTP Archives 1.2, read in this order.
    #[arg(required = true, value_name = "FILE.har")]
    files: Vec<PathBuf>,
    /// The state document to write; without it, it goes to stdout.
    #[arg(long, value_name = "FILE", alias = "out")]
    seed: Option<PathBuf>,
}

/// Runs the command.
pub fn run(apis: &Apis, arguments: &Arguments) -> ExitCode {
    let mut recording = Recording::default();
    for file in &arguments.files {
        let read = std::fs::read_to_string(file).map_err(|error| error.to_string());
        if let Err(reason) = read.and_then(|text| recording.add(&text)) {
            return bad_setting(format_args!("{}: {reason}", file.display()));
        }
    }
    let found = match imported(apis, &recording) {
        Ok(found) => found,
        Err(sentence) => return bad_setting(format_args!("import: {sentence}")),
    };
    for sentence in &found.left_out {
        eprintln!("usertwin: not placed: {}", escape_terminal(sentence));
    }
    let Some(file) = &arguments.seed else { return printed(&found.document) };
    match std::fs::write(file, &found.document) {
        Ok(()) => printed(&format!("{}: {} users\n", file.display(), found.users)),
        Err(error) => bad_setting(format_args!("--seed {}: {error}; name a file that can be written", file.display())),
    }
}
