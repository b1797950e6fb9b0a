//! `usertwin schema`: the JSON Schema of state documents, for editors and for validators in other languages, or the same as
//! a page for people.

use super::printed;
use crate::apis::Apis;
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Print the reference of every member instead, as Markdown: docs/state.md.
    #[arg(long)]
    markdown: bool,
}

/// Runs the command.
pub fn run(apis: &Apis, arguments: &Arguments) -> ExitCode {
    let schema = apis.schema();
    match arguments.markdown {
        true => printed(&schema.reference(&apis.demo_seed().to_json())),
        // The alternate form of a JSON value is its pretty-printed text.
        false => printed(&format!("{:#}\n", schema.json_schema())),
    }
}
